"""The method, pure: journey and tables in, tables out. No file, no chart, no widget, no language."""
