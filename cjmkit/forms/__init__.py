"""The screens: each is given a journey and callbacks, and hands back the part that was edited; none touches a disk."""
