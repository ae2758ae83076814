//! Descriptors, contents, room, devices, pipes, the console.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::rc::Rc;

use krait_vfs::{
    Errno, FileKind, Host, O_APPEND, O_CLOEXEC, O_CREAT, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY,
    SEEK_CUR, SEEK_END, SEEK_SET, Settings, Stream, Vfs,
};
use support::{Recorder, os, ticking, vfs, with};

fn small() -> Vfs {
    with(Settings {
        capacity: 100_000,
        ..Settings::default()
    })
}

#[test]
fn open_descriptors_keep_an_unlinked_file() {
    let vfs = vfs();
    let used = vfs.statvfs("/").unwrap().bfree;
    let fd = vfs.open("f", O_CREAT | O_RDWR, 0o666).unwrap();
    vfs.write(fd, &[7; 100_000]).unwrap();
    vfs.unlink("f").unwrap();
    assert_eq!(vfs.fstat(fd).unwrap().nlink, 0);
    let mut byte = [0];
    assert_eq!(vfs.pread(fd, &mut byte, 99_999), Ok(1));
    assert_eq!(byte, [7]);
    assert!(vfs.statvfs("/").unwrap().bfree < used);
    vfs.close(fd).unwrap();
    assert_eq!(vfs.statvfs("/").unwrap().bfree, used);
    assert_eq!(vfs.read(fd, &mut byte), os(Errno::EBADF));
}

#[test]
fn duplicates_share_the_position() {
    let vfs = vfs();
    vfs.write_file("f", b"abcdef").unwrap();
    let fd = vfs.open("f", O_RDONLY, 0).unwrap();
    let other = vfs.dup(fd, false).unwrap();
    assert_eq!((fd, other), (3, 4));
    assert_eq!(vfs.read_up_to(fd, 2).unwrap(), b"ab");
    assert_eq!(vfs.read_up_to(other, 2).unwrap(), b"cd");
    vfs.close(fd).unwrap();
    assert_eq!(vfs.lseek(other, 0, SEEK_CUR), Ok(4));
    assert_eq!(vfs.dup2(other, 9, true), Ok(9));
    assert_eq!(vfs.dup2(other, other, true), Ok(other));
    assert_eq!(vfs.inheritable(other), Ok(false));
    assert_eq!(vfs.inheritable(9), Ok(true));
    assert_eq!(vfs.dup_from(9, 20, true), Ok(20));
    assert_eq!(vfs.dup2(other, -1, true), os(Errno::EBADF));
    assert_eq!(vfs.dup2(other, 5000, true), os(Errno::EBADF));
    assert_eq!(vfs.dup2(77, 9, true), os(Errno::EBADF));
    assert_eq!(
        vfs.open("f", O_RDONLY | O_CLOEXEC, 0),
        Ok(3),
        "the lowest free number"
    );
    assert_eq!(vfs.inheritable(3), Ok(false));
}

#[test]
fn descriptors_run_out() {
    let vfs = with(Settings {
        descriptors: 5,
        ..Settings::default()
    });
    assert_eq!(vfs.open("/dev/null", O_RDONLY, 0), Ok(3));
    assert_eq!(vfs.pipe(0), os(Errno::EMFILE));
    assert_eq!(vfs.open("/dev/null", O_RDONLY, 0), Ok(4));
    assert_eq!(vfs.open("new", O_CREAT | O_RDWR, 0o666), os(Errno::EMFILE));
    assert!(
        !vfs.exists("new"),
        "a call that fails leaves nothing behind"
    );
    assert_eq!(vfs.dup(4, true), os(Errno::EMFILE));
}

#[test]
fn positions() {
    let vfs = vfs();
    let fd = vfs.open("f", O_CREAT | O_RDWR, 0o666).unwrap();
    assert_eq!(vfs.lseek(fd, -1, SEEK_SET), os(Errno::EINVAL));
    assert_eq!(vfs.lseek(fd, i64::MAX, SEEK_SET), Ok(i64::MAX as u64));
    assert_eq!(vfs.lseek(fd, 1, SEEK_CUR), os(Errno::EOVERFLOW));
    assert_eq!(vfs.write(fd, b"x"), os(Errno::EFBIG));
    assert_eq!(vfs.lseek(fd, 0, 9), os(Errno::EINVAL));
    assert_eq!(vfs.lseek(fd, 10, SEEK_SET), Ok(10));
    assert_eq!(vfs.read_up_to(fd, 5).unwrap(), b"");
    assert_eq!(vfs.write(fd, b"x"), Ok(1));
    assert_eq!(vfs.read_file("f").unwrap(), b"\0\0\0\0\0\0\0\0\0\0x");
    assert_eq!(vfs.lseek(fd, -1, SEEK_END), Ok(10));
    assert_eq!(vfs.pread(fd, &mut [0], -1), os(Errno::EINVAL));
    assert_eq!(vfs.ftruncate(fd, -1), os(Errno::EINVAL));
}

#[test]
fn appending_ignores_the_position() {
    let vfs = vfs();
    vfs.write_file("f", b"abc").unwrap();
    let fd = vfs.open("f", O_WRONLY | O_APPEND, 0).unwrap();
    vfs.write(fd, b"d").unwrap();
    assert_eq!(vfs.pwrite(fd, b"e", 0), Ok(1));
    vfs.set_status_flags(fd, O_NONBLOCK).unwrap();
    assert_eq!(vfs.status_flags(fd), Ok(O_WRONLY | O_NONBLOCK));
    vfs.lseek(fd, 0, SEEK_SET).unwrap();
    vfs.write(fd, b"A").unwrap();
    assert_eq!(vfs.read_file("f").unwrap(), b"Abcde");
}

#[test]
fn room_runs_out_as_enospc() {
    let vfs = small();
    assert_eq!(vfs.write_file("f", &[1; 200_000]), os(Errno::ENOSPC));
    let size = vfs.stat("f").unwrap().size;
    assert!(size > 90_000 && size <= 100_000);
    let fd = vfs.open("f", O_RDWR, 0).unwrap();
    assert_eq!(vfs.ftruncate(fd, 100_001), os(Errno::ENOSPC));
    assert_eq!(vfs.pwrite(fd, b"x", 100_000), os(Errno::ENOSPC));
    assert_eq!(vfs.truncate("f", i64::MAX), os(Errno::EFBIG));
    assert_eq!(vfs.mkdir("d".repeat(200), 0o777), os(Errno::ENOSPC));
    vfs.unlink("f").unwrap();
    vfs.close(fd).unwrap();
    vfs.write_file("g", &[1; 50_000]).unwrap();
}

#[test]
fn a_loop_that_makes_files_ends() {
    let vfs = small();
    let free = vfs.statvfs("/").unwrap();
    let mut made = Vec::new();
    let errno = loop {
        let name = format!("f{}", made.len());
        match vfs.write_file(&name, b"") {
            Ok(()) => made.push(name),
            Err(error) => break error.errno(),
        }
        assert!(made.len() < 1000, "empty files are not free");
    };
    assert_eq!(errno, Errno::ENOSPC);
    for name in made {
        vfs.unlink(name).unwrap();
    }
    assert_eq!(vfs.statvfs("/").unwrap(), free);
}

#[test]
fn a_capacity_that_memory_lacks_is_no_crash() {
    let vfs = with(Settings {
        capacity: u64::MAX,
        ..Settings::default()
    });
    vfs.write_file("f", b"x").unwrap();
    vfs.truncate("f", 1 << 40).unwrap();
    assert_eq!(vfs.stat("f").unwrap().size, 1 << 40);
    let fd = vfs.open("f", O_RDWR, 0).unwrap();
    assert_eq!(vfs.pread(fd, &mut [9; 4], (1 << 40) - 2), Ok(2));
    assert_eq!(vfs.truncate("f", (1 << 40) + 1), os(Errno::EFBIG));
}

#[test]
fn devices() {
    let entropy = |buffer: &mut [u8]| {
        buffer.fill(4);
        Ok(())
    };
    let vfs = Vfs::new(
        Host {
            entropy: Rc::new(entropy),
            ..ticking()
        },
        Settings::default(),
    )
    .unwrap();
    let open = |path: &str| vfs.open(path, O_RDWR, 0).unwrap();
    let (null, zero, full, random) = (
        open("/dev/null"),
        open("/dev/zero"),
        open("/dev/full"),
        open("/dev/urandom"),
    );
    let mut buffer = [9; 3];
    assert_eq!(vfs.read(null, &mut buffer), Ok(0));
    assert_eq!(vfs.write(null, b"abc"), Ok(3));
    assert_eq!(vfs.read(zero, &mut buffer), Ok(3));
    assert_eq!(buffer, [0; 3]);
    assert_eq!(vfs.write(full, b"abc"), os(Errno::ENOSPC));
    assert_eq!(vfs.read_up_to(random, 3).unwrap(), [4; 3]);
    assert_eq!(vfs.lseek(null, 100, SEEK_SET), Ok(0));
    assert_eq!(vfs.stat("/dev/null").unwrap().mode, 0o020_666);
    assert_eq!(vfs.stat("/dev/null").unwrap().rdev, 0x103);
    assert_eq!(vfs.isatty(null), Ok(false));
    assert_eq!(vfs.ftruncate(null, 0), os(Errno::EINVAL));
    assert_eq!(
        vfs.read_file("/dev/zero"),
        os(Errno::EINVAL),
        "it has no end"
    );
    vfs.random(&mut buffer).unwrap();
    assert_eq!(buffer, [4; 3]);
}

#[test]
fn the_console_is_behind_0_1_and_2() {
    let console = Rc::new(Recorder::default());
    console.input.borrow_mut().extend(b"line\n");
    let host = Host {
        console: console.clone(),
        ..ticking()
    };
    let vfs = Vfs::new(host, Settings::default()).unwrap();
    assert_eq!(vfs.write(1, b"out"), Ok(3));
    assert_eq!(vfs.write(2, b"err"), Ok(3));
    assert_eq!(vfs.write_file("/dev/stdout", b""), os(Errno::EINVAL));
    assert_eq!(vfs.read_up_to(0, 100).unwrap(), b"line\n");
    assert_eq!(vfs.read_up_to(0, 100).unwrap(), b"");
    let wrote = [
        (Stream::Stdout, b"out".to_vec()),
        (Stream::Stderr, b"err".to_vec()),
    ];
    assert_eq!(*console.output.borrow(), wrote);
    assert_eq!(vfs.write(0, b"x"), os(Errno::EBADF));
    assert_eq!(vfs.read(1, &mut [0]), os(Errno::EBADF));
    assert_eq!(vfs.lseek(0, 0, SEEK_CUR), os(Errno::ESPIPE));
    assert_eq!(vfs.pwrite(1, b"x", 0), os(Errno::ESPIPE));
    assert_eq!((vfs.isatty(1), vfs.isatty(2)), (Ok(true), Ok(false)));
    assert_eq!(vfs.fstat(1).unwrap().kind, FileKind::CharDevice);
    let fd = vfs.open("/dev/stderr", O_WRONLY, 0).unwrap();
    vfs.write(fd, b"!").unwrap();
    assert_eq!(
        console.output.borrow().last(),
        Some(&(Stream::Stderr, b"!".to_vec()))
    );
    // Output goes to a file, and a fresh host takes over.
    let file = vfs.open("out", O_CREAT | O_WRONLY, 0o666).unwrap();
    vfs.dup2(file, 1, true).unwrap();
    vfs.write(1, b"kept").unwrap();
    assert_eq!(vfs.read_file("out").unwrap(), b"kept");
    vfs.set_host(Host::isolated());
    assert_eq!(vfs.write(2, b"x"), os(Errno::EIO));
}

#[test]
fn a_console_may_use_the_files_while_it_is_called() {
    let console = Rc::new(Recorder::default());
    let vfs = Rc::new(
        Vfs::new(
            Host {
                console: console.clone(),
                ..ticking()
            },
            Settings::default(),
        )
        .unwrap(),
    );
    *console.log_into.borrow_mut() = Some(Rc::downgrade(&vfs));
    assert_eq!(vfs.write(1, b"hello"), Ok(5));
    assert_eq!(vfs.read_file("/tmp/log").unwrap(), b"hello");
    assert_eq!(
        vfs.write(1, b"x"),
        os(Errno::EBADF),
        "the console closed it"
    );
}

#[test]
fn pipes() {
    let vfs = vfs();
    let (reader, writer) = vfs.pipe(O_CLOEXEC).unwrap();
    let mut buffer = [0; 10];
    assert_eq!(vfs.read(reader, &mut buffer), os(Errno::EAGAIN));
    assert_eq!(vfs.write(writer, b"hello"), Ok(5));
    assert_eq!(vfs.read(reader, &mut buffer[..2]), Ok(2));
    assert_eq!(vfs.read_up_to(reader, 100).unwrap(), b"llo");
    assert_eq!(vfs.fstat(reader).unwrap().kind, FileKind::Fifo);
    assert_eq!(vfs.lseek(reader, 0, SEEK_SET), os(Errno::ESPIPE));
    assert_eq!(vfs.fsync(writer), os(Errno::EINVAL));
    assert_eq!(vfs.read(writer, &mut buffer), os(Errno::EBADF));
    assert_eq!(vfs.write(reader, b"x"), os(Errno::EBADF));
    assert_eq!(vfs.write(writer, &[1; 100_000]), Ok(65_536));
    assert_eq!(vfs.write(writer, b"x"), os(Errno::EAGAIN));
    vfs.read_up_to(reader, 100).unwrap();
    assert_eq!(
        vfs.write(writer, &[1; 4096]),
        os(Errno::EAGAIN),
        "small writes are whole"
    );
    assert_eq!(vfs.write(writer, &[1; 4097]), Ok(100));
    let copy = vfs.dup(writer, false).unwrap();
    vfs.close(writer).unwrap();
    assert_eq!(vfs.read_up_to(reader, 70_000).unwrap().len(), 65_536);
    assert_eq!(
        vfs.read(reader, &mut buffer),
        os(Errno::EAGAIN),
        "the copy still writes"
    );
    vfs.close(copy).unwrap();
    assert_eq!(vfs.read(reader, &mut buffer), Ok(0));
    let (reader, writer) = vfs.pipe(0).unwrap();
    vfs.close(reader).unwrap();
    assert_eq!(vfs.write(writer, b"x"), os(Errno::EPIPE));
    assert_eq!(vfs.pipe(O_CREAT), os(Errno::EINVAL));
}
