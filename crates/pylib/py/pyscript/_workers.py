"""Names that need workers, which this version does not have: using one says so."""

from pyscript.util import NotSupported

_NO_WORKERS = "this version of Krait runs Python on the page only: there are no workers"

sync = NotSupported("pyscript.sync", "pyscript.sync works only when running in a worker")
PyWorker = NotSupported("pyscript.PyWorker", f"pyscript.PyWorker: {_NO_WORKERS}")
workers = NotSupported("pyscript.workers", f"pyscript.workers: {_NO_WORKERS}")
create_named_worker = NotSupported("pyscript.create_named_worker", f"pyscript.create_named_worker: {_NO_WORKERS}")
