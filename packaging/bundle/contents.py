"""What goes into the bundle and what stays out; the spec file and the check of a built bundle both read it here.

What is really loaded was read off a running session: sys.modules and /proc/PID/maps of the program and its children.
"""

from __future__ import annotations

import re
from fnmatch import fnmatch

# Packages whose modules are found by name at run time, so that no import statement leads to them.
DYNAMIC_PACKAGES = ("app", "engine", "chromadb", "keyring.backends", "llama_cpp", "rapidocr", "selectolax")
DYNAMIC_MODULES = (
    "chromadb_rust_bindings",
    "faster_whisper",
    "sounddevice",
    "sqlcipher3.dbapi2",
    "secretstorage",
    "jeepney.io.blocking",
    "resources",
    "sentence_transformers",
    "transformers.models.auto.modeling_auto",
    "transformers.models.auto.processing_auto",
    "transformers.models.bert.modeling_bert",
    "transformers.models.bert.tokenization_bert",
)
# Packages that read their own metadata or that of another when they are imported.
METADATA = tuple(
    """
    chromadb filelock huggingface_hub keyring llama_cpp_python numpy onnxruntime opentelemetry-api opentelemetry-sdk
    packaging pint pydantic pypdfium2 pyside6 pyyaml rapidocr regex requests safetensors sentence_transformers
    sqlcipher3 tokenizers torch tqdm transformers
    """.split()
)
DATA_PACKAGES = (
    "chromadb",
    "faster_whisper",
    "jsonschema_specifications",
    "pint",
    "rapidocr",
    "snowballstemmer",
    "pysbd",
)

# Folders that a library goes through to its files ("docx/parts/../templates"), by package: its modules are in the
# archive, so a small file of the package is put there for the folder to be there at all.
KEPT_FOLDERS = {"docx": "docx/parts"}

# Never inside, whatever asks for it: tools, tests, servers, other toolkits, other devices.
EXCLUDED = tuple(
    """
    IPython PyInstaller _pytest accelerate aiohttp altgraph bcrypt build coverage ensurepip fastapi grimp grpc_tools
    hf_xet httptools hypothesis idlelib importlinter kubernetes lib2to3 matplotlib mypy mypyc networkx oauthlib onnx
    pandas peft pip pyright pytest pytestqt requests_oauthlib ruff setuptools tensorboard tensorflow tkinter triton
    turtledemo uvicorn uvloop watchfiles websocket websockets wheel pyarrow datasets torchvision torchaudio
    PyQt5 PyQt6 PySide2 PySide6.QtQml PySide6.QtQuick PySide6.QtNetwork PySide6.QtWebEngineCore PySide6.QtMultimedia
    PySide6.QtWebEngineWidgets PySide6.QtSql PySide6.QtTest PySide6.Qt3DCore readline curses _curses crypt nis
    """.split()
)

# Parts of packages that are inside: regular expressions on a module's full name.
_UNUSED_MODULES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(numpy|scipy|sklearn|torch|sympy|joblib|threadpoolctl|mpmath|shapely|psutil)(\..+)?\.tests?(\..*)?",
        r"chromadb\.(server|test|cli|experimental|auth\.simple_rbac_authz)(\..*)?",
        r"(sklearn\.datasets|torch\.utils\.(tensorboard|benchmark|bottleneck)|torch\.contrib)(\..*)?",
        r"torch\._inductor\.(autoheuristic|autotune_process|codegen|kernel|fx_passes)(\..*)?",
        r"rapidocr\.inference_engine\.(paddle|tensorrt|mnn|openvino)(\..*)?",
        r"PIL\.(ImageTk|_imagingtk|ImageQt|SpiderImagePlugin)",
        # The embedder is a BERT; the library reads the list of all models, but loads only the one it is asked for.
        r"transformers\.models\.(?!(auto|bert)\.)[^.]+\.(modeling|modular|processing|tokenization|convert|image|video).*",
        r"transformers\.models\.(?!(auto|bert)\.)[^.]+\.feature.*",
        r"transformers\.(cli|commands|testing_utils|pipelines)(\..*)?",
    )
)

# Files: patterns on the path inside the bundle.
_UNUSED_FILES = tuple(
    """
    torch/include/* torch/test/* torch/share/* torch/lib/*_test.so torch/lib/libaoti_* torch/bin/*_api torch/bin/test_*
    torch/bin/*Test torch/bin/protoc* torch/bin/script_module* torch/bin/upgrader_models/* torch/bin/*.pt
    torch/lib/libbackend_with_compiler* torch/lib/libshm_windows/* torch/_inductor/kernel/*
    *.pyi *.pxd *.cmake *.hpp *.h *.a */tests/* */test/* chromadb/test/* sklearn/datasets/*
    *.dist-info/RECORD *.dist-info/INSTALLER *.dist-info/REQUESTED *.dist-info/direct_url.json *.dist-info/WHEEL
    *.dist-info/sboms/* *.dist-info/licenses/*
    *libQt6Quick* *libQt6Qml* *libQt6VirtualKeyboard* *libQt6EglFS*
    *libQt6EglFs* PySide6/Qt/translations/* PySide6/Qt/qml/* PySide6/Qt/plugins/platforminputcontexts/libqtvirtual*
    PySide6/Qt/plugins/tls/* PySide6/Qt/plugins/networkinformation/* PySide6/Qt/plugins/egldeviceintegrations/*
    PySide6/Qt/plugins/generic/* PySide6/Qt/plugins/platforms/libqeglfs* PySide6/Qt/plugins/platforms/libqlinuxfb*
    PySide6/Qt/plugins/platforms/libqminimal* PySide6/Qt/plugins/platforms/libqvnc*
    PySide6/Qt/plugins/platforms/libqvkkhrdisplay* PySide6/Qt/plugins/platformthemes/libqgtk3*
    """.split()
)

# Of the build machine's own libraries only these go in: what Python is linked with, which differs between systems,
# and those of X11 that a desktop often lacks. The others come from the system the program runs on: its window
# system, fonts and C++ library must fit together there, whatever stood on the build machine.
_SYSTEM_LIBRARIES = tuple(
    f"lib{name}.so*"
    for name in (
        "python3 python3.* ssl crypto ffi bz2 lzma sqlite3 z expat uuid gomp xcb-cursor xcb-icccm xcb-image "
        "xcb-keysyms xcb-render-util xcb-util xkbcommon xkbcommon-x11"
    ).split()
)
# A CUDA build needs these of NVIDIA's toolkit, which a clinic's PC does not have; the driver, libcuda, it has.
_CUDA_LIBRARIES = ("libcudart.so*", "libcublas.so*", "libcublasLt.so*")
_SYSTEM_FOLDERS = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/", "/usr/local/")

# A bundle that holds one of these was built wrong. Patterns on the path inside the bundle, and on modules' names.
FORBIDDEN_FILES = tuple(
    """
    *kubernetes* *pytest* *hypothesis/* *QtWebEngine* *libQt6Quick* *libQt6Qml* *PyInstaller/* */tests/test_* *.gguf
    *libQt6Charts* *libQt6DataVisualization* *fitz/* *pymupdf* *libgtk-3* *libstdc++*
    """.split()
)
FORBIDDEN_WITHOUT_CUDA = tuple(
    "*libcuda* *libcudart* *libcublas* *libtorch_cuda* nvidia/* *libggml-cuda* triton/*".split()
)
FORBIDDEN_MODULES = tuple("kubernetes pytest _pytest hypothesis tests PyInstaller mypy nltk tkinter fitz".split())


def module_wanted(name: str) -> bool:
    """Whether a Python module goes in."""
    if any(name == package or name.startswith(f"{package}.") for package in EXCLUDED):
        return False
    return not any(pattern.fullmatch(name) for pattern in _UNUSED_MODULES)


def file_wanted(path: str) -> bool:
    """Whether a library or data file goes in. path: inside the bundle's data folder, with either kind of slash."""
    path = path.replace("\\", "/")
    if any(fnmatch(path, pattern) for pattern in _UNUSED_FILES):
        return False
    if path.endswith(".py"):
        return module_wanted(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    return True


def library_wanted(path: str, source: str, gpu: str = "none") -> bool:
    """Whether a library goes in. source: where it stands on the build machine, or what the link of that name names."""
    if "/" not in path and source.startswith(_SYSTEM_FOLDERS):
        patterns = _SYSTEM_LIBRARIES + (_CUDA_LIBRARIES if gpu == "cuda" else ())
        return any(fnmatch(path, pattern) for pattern in patterns)
    return file_wanted(path)


def forbidden_files(paths: list[str], *, cuda: bool) -> list[str]:
    """Those of the paths that may not be in a bundle; with cuda, NVIDIA's libraries may."""
    patterns = FORBIDDEN_FILES if cuda else FORBIDDEN_FILES + FORBIDDEN_WITHOUT_CUDA
    return [path for path in paths if any(fnmatch(path, pattern) for pattern in patterns)]


def forbidden_modules(names: list[str]) -> list[str]:
    """Those of the Python modules that may not be in a bundle."""
    return [name for name in names if name.split(".")[0] in FORBIDDEN_MODULES]
