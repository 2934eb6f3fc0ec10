"""The method as lessons: exercises made from their solutions, hints that fit a mistake, a student's progress."""
