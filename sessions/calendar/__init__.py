"""When and where: the week on a grid, visits that repeat, moved times, time off."""
