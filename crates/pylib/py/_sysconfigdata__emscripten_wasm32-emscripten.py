"""What `sysconfig` tells of the build, where CPython has the variables of its makefile.

There was no makefile: these are the ones that programs ask for. Nothing that is compiled can be loaded, so the names of
compilers are empty.
"""

build_time_vars = {
    "ABIFLAGS": "",
    "AR": "",
    "CC": "",
    "CFLAGS": "",
    "CONFIG_ARGS": "",
    "CXX": "",
    "EXE": "",
    "EXT_SUFFIX": ".cpython-314-wasm32-emscripten.so",
    "HOST_GNU_TYPE": "wasm32-unknown-emscripten",
    "LDFLAGS": "",
    "LDSHARED": "",
    "LIBDIR": "/lib",
    "LIBS": "",
    "MULTIARCH": "wasm32-emscripten",
    "Py_DEBUG": 0,
    "Py_ENABLE_SHARED": 0,
    "Py_GIL_DISABLED": 0,
    "Py_REMOTE_DEBUG": 0,
    "SHLIB_SUFFIX": ".so",
    "SIZEOF_LONG": 4,
    "SIZEOF_SIZE_T": 4,
    "SIZEOF_VOID_P": 4,
    "SIZEOF_WCHAR_T": 4,
    "SOABI": "cpython-314-wasm32-emscripten",
    "TZPATH": "",
    "VERSION": "3.14",
    "WITH_DOC_STRINGS": 1,
    "WITH_PYMALLOC": 0,
}
