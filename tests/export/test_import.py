from __future__ import annotations

import subprocess
import sys


def run_python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600)


def test_a_missing_onnx_is_named_with_the_extra_to_install():
    done = run_python(
        "import sys; sys.modules['onnx'] = None\n"
        "from moonlet.exceptions import MissingExtraError\n"
        "try:\n"
        "    import moonlet.export\n"
        "except MissingExtraError as error:\n"
        "    print(error)\n"
    )
    assert 'pip install "moonlet[export]"' in done.stdout, done.stderr


def test_moonlet_is_imported_without_onnx():
    done = run_python(
        "import sys, moonlet\n"
        "moonlet.MLPClassifier\n"
        "print([name for name in ('onnx', 'onnxruntime') if name in sys.modules])"
    )
    assert done.stdout.strip() == "[]", done.stderr
