from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from moonlet.atomic import replace_file


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(b"old" * 1000)
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_has_the_old_file_open_still_reads_it(tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        replace_file(path, b"new")
        assert reader.read() == b"old"


def test_a_new_file_has_the_permissions_of_any_other(tmp_path):
    mask = os.umask(0o027)
    try:
        replace_file(tmp_path / "page.html", b"new")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o640


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o755])
def test_a_replaced_file_keeps_its_permissions(tmp_path, mode):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"old")
    path.chmod(mode)
    replace_file(path, b"new")
    assert (path.read_bytes(), mode_of(path)) == (b"new", mode)


def test_a_private_file_is_private_at_every_moment(tmp_path, monkeypatch):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"old")
    path.chmod(0o600)
    seen = []
    sync = os.fsync

    def look(file):
        seen.extend(mode_of(each) for each in tmp_path.iterdir())
        sync(file)

    monkeypatch.setattr(os, "fsync", look)
    replace_file(path, b"new")
    assert seen == [0o600, 0o600]


def test_the_group_of_whoever_writes_is_not_let_in_where_the_old_group_was(tmp_path, monkeypatch):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"old")
    path.chmod(0o664)
    real = path.stat()

    def of_another(file):
        return os.stat_result((*real[:4], real.st_uid + 1, real.st_gid + 1, *real[6:10]))

    def forbidden(*_):
        raise PermissionError("not yours to give away")

    monkeypatch.setattr(os, "fstat", of_another)
    monkeypatch.setattr(os, "chown", forbidden)
    replace_file(path, b"new")
    assert (path.read_bytes(), mode_of(path)) == (b"new", 0o604)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_replaced_file_keeps_its_owner(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"old")
    os.chown(path, 12345, 23456)
    replace_file(path, b"new")
    now = path.stat()
    assert (now.st_uid, now.st_gid) == (12345, 23456)


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    store, work = tmp_path / "store", tmp_path / "work"
    store.mkdir()
    work.mkdir()
    (store / "v1.onnx").write_bytes(b"old")
    (store / "latest").symlink_to("v1.onnx")  # relative to the link, not to whoever asks
    link = work / "model.onnx"
    link.symlink_to(store / "latest")
    replace_file(link, b"new")
    assert link.readlink() == store / "latest"
    assert (store / "latest").is_symlink()
    assert (store / "v1.onnx").read_bytes() == link.read_bytes() == b"new"
    assert {each.name for each in (*store.iterdir(), *work.iterdir())} == {
        "v1.onnx",
        "latest",
        "model.onnx",
    }


def test_a_link_to_a_file_that_is_not_there_yet_makes_it(tmp_path):
    link = tmp_path / "model.onnx"
    link.symlink_to("later.onnx")
    replace_file(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "later.onnx").read_bytes() == b"new"


def test_a_link_that_leads_to_itself_is_an_error_and_stays(tmp_path):
    link = tmp_path / "model.onnx"
    link.symlink_to("model.onnx")
    with pytest.raises(OSError, match="symbolic links"):
        replace_file(link, b"new")
    assert link.is_symlink()


@pytest.mark.parametrize("redirected", [">", ">>"])
@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no such device here")
def test_stdout_is_written_to_wherever_the_shell_has_sent_it(tmp_path, redirected):
    code = "from moonlet.atomic import replace_file; replace_file('/dev/stdout', b'new')"
    (tmp_path / "all.csv").write_bytes(b"old,")
    command = f"{shlex.quote(sys.executable)} -c {shlex.quote(code)} {redirected} all.csv"
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)  # noqa: S602 - it tests a shell
    kept = b"old," if redirected == ">>" else b""
    assert (tmp_path / "all.csv").read_bytes() == kept + b"new"
    assert Path("/dev/stdout").is_symlink()


def test_an_error_names_the_file_that_was_asked_for(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    path = tmp_path / "model.onnx"
    with pytest.raises(OSError, match="No space left") as caught:
        replace_file(path, b"new")
    assert caught.value.filename == str(path)


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path, monkeypatch, step):
    path = tmp_path / "page.html"
    path.write_bytes(b"old")

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(step, fail)
    with pytest.raises(OSError, match="disk full"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "nowhere" / "page.html", b"new")
