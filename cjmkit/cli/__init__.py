"""The commands: words in, one plain sentence out; 0 done, 1 the work failed, 2 the words are off, 130 stopped."""

try:
    from cjmkit.cli import clients, exports, importing, keeping, lab, learning, reports, room  # noqa: F401  each adds its commands to the app
    from cjmkit.cli.app import app, main
except KeyboardInterrupt:  # Ctrl-C while the program starts
    raise SystemExit(130) from None

__all__ = ["app", "main"]
