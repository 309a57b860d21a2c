"""PostgreSQL, Valkey and our own processes, started and stopped as children of one Python.

Nothing here imports Django, so a supervisor stays small and starts at once. The way in:

    with postgres.running(data_dir) as server: server.url("caseload_app", "caseload")
    with stack.running(data_dir, port=8000) as caseload: caseload.url
"""
