//! The functions of WASI 0.1 that the program imports. Its environment, standard input and standard output are the
//! request's; everything else is the adapter's own, so that files, clocks and random numbers are what the host grants.

use std::cell::UnsafeCell;

use wasip1::wasi_snapshot_preview1 as host;

use crate::program::{bytes, load, parts, store, store_u32};
use crate::{end, within};

const SUCCESS: i32 = 0;
const BAD_FILE: i32 = 8;
const INVALID: i32 = 28;
const IO: i32 = 29;
const NAME_TOO_LONG: i32 = 37;
const NOT_SUPPORTED: i32 = 58;

const STDIN: i32 = 0;
const STDOUT: i32 = 1;

/// The most that one call moves; callers of WASI 0.1 expect less than they asked for.
const MOST: u32 = 64 * 1024;
const MOST_EVENTS: u32 = 4096;

fn address(bytes: &[u8]) -> i32 {
    bytes.as_ptr() as i32
}

/// Calls the host with a place for its answer of `N` bytes, and hands that on.
fn answered<const N: usize>(to: i32, call: impl FnOnce(i32) -> i32) -> i32 {
    let answer = Aligned(UnsafeCell::new([0; N]));
    let errno = call(answer.0.get() as i32);
    if errno == SUCCESS {
        store(to as u32, unsafe { &*answer.0.get() });
    }
    errno
}

#[repr(align(8))]
struct Aligned<const N: usize>(UnsafeCell<[u8; N]>);

/// Calls the host with a text of the program, as address and length.
fn with_text(at: i32, length: i32, call: impl FnOnce(i32, i32) -> i32) -> i32 {
    if length as u32 > MOST {
        return NAME_TOO_LONG;
    }
    call(address(&bytes(at as u32, length as u32)), length)
}

macro_rules! handed_on {
    ($($name:ident($($p:ident: $t:ty),*);)*) => {$(
        #[export_name = stringify!($name)]
        unsafe extern "C" fn $name($($p: $t),*) -> i32 {
            host::$name($($p),*)
        }
    )*};
}

handed_on! {
    fd_advise(fd: i32, offset: i64, length: i64, advice: i32);
    fd_allocate(fd: i32, offset: i64, length: i64);
    fd_close(fd: i32);
    fd_datasync(fd: i32);
    fd_fdstat_set_flags(fd: i32, flags: i32);
    fd_fdstat_set_rights(fd: i32, base: i64, inheriting: i64);
    fd_filestat_set_size(fd: i32, size: i64);
    fd_filestat_set_times(fd: i32, accessed: i64, modified: i64, which: i32);
    fd_renumber(fd: i32, to: i32);
    fd_sync(fd: i32);
    proc_raise(signal: i32);
    sched_yield();
}

macro_rules! with_answer {
    ($($name:ident[$size:literal]($($p:ident: $t:ty),*);)*) => {$(
        #[export_name = stringify!($name)]
        unsafe extern "C" fn $name($($p: $t,)* to: i32) -> i32 {
            answered::<$size>(to, |answer| host::$name($($p,)* answer))
        }
    )*};
}

with_answer! {
    clock_res_get[8](clock: i32);
    clock_time_get[8](clock: i32, precision: i64);
    fd_filestat_get[64](fd: i32);
    fd_prestat_get[8](fd: i32);
    fd_seek[8](fd: i32, offset: i64, whence: i32);
    fd_tell[8](fd: i32);
}

macro_rules! with_path {
    ($($name:ident),*) => {$(
        #[export_name = stringify!($name)]
        unsafe extern "C" fn $name(fd: i32, path: i32, length: i32) -> i32 {
            with_text(path, length, |path, length| host::$name(fd, path, length))
        }
    )*};
}

with_path! {
    path_create_directory,
    path_remove_directory,
    path_unlink_file
}

#[export_name = "path_filestat_get"]
unsafe extern "C" fn path_filestat_get(
    fd: i32,
    flags: i32,
    path: i32,
    length: i32,
    to: i32,
) -> i32 {
    with_text(path, length, |path, length| {
        answered::<64>(to, |answer| {
            host::path_filestat_get(fd, flags, path, length, answer)
        })
    })
}

#[export_name = "path_filestat_set_times"]
unsafe extern "C" fn path_filestat_set_times(
    fd: i32,
    flags: i32,
    path: i32,
    length: i32,
    accessed: i64,
    modified: i64,
    which: i32,
) -> i32 {
    with_text(path, length, |path, length| {
        host::path_filestat_set_times(fd, flags, path, length, accessed, modified, which)
    })
}

#[export_name = "path_link"]
unsafe extern "C" fn path_link(
    fd: i32,
    flags: i32,
    path: i32,
    length: i32,
    new_fd: i32,
    new_path: i32,
    new_length: i32,
) -> i32 {
    with_text(path, length, |path, length| {
        with_text(new_path, new_length, |new_path, new_length| {
            host::path_link(fd, flags, path, length, new_fd, new_path, new_length)
        })
    })
}

#[export_name = "path_open"]
unsafe extern "C" fn path_open(
    fd: i32,
    lookup: i32,
    path: i32,
    length: i32,
    open: i32,
    base: i64,
    inheriting: i64,
    flags: i32,
    to: i32,
) -> i32 {
    with_text(path, length, |path, length| {
        answered::<4>(to, |answer| {
            host::path_open(
                fd, lookup, path, length, open, base, inheriting, flags, answer,
            )
        })
    })
}

#[export_name = "path_readlink"]
unsafe extern "C" fn path_readlink(
    fd: i32,
    path: i32,
    length: i32,
    to: i32,
    room: i32,
    used: i32,
) -> i32 {
    with_text(path, length, |path, length| {
        filled(to, room, used, |buffer, room, used| {
            host::path_readlink(fd, path, length, buffer, room, used)
        })
    })
}

#[export_name = "path_rename"]
unsafe extern "C" fn path_rename(
    fd: i32,
    path: i32,
    length: i32,
    new_fd: i32,
    new_path: i32,
    new_length: i32,
) -> i32 {
    with_text(path, length, |path, length| {
        with_text(new_path, new_length, |new_path, new_length| {
            host::path_rename(fd, path, length, new_fd, new_path, new_length)
        })
    })
}

#[export_name = "path_symlink"]
unsafe extern "C" fn path_symlink(
    target: i32,
    target_length: i32,
    fd: i32,
    path: i32,
    length: i32,
) -> i32 {
    with_text(target, target_length, |target, target_length| {
        with_text(path, length, |path, length| {
            host::path_symlink(target, target_length, fd, path, length)
        })
    })
}

/// Calls the host with a buffer and a place for how much of it was used, and hands both on.
fn filled(to: i32, room: i32, used: i32, call: impl FnOnce(i32, i32, i32) -> i32) -> i32 {
    let mut buffer = vec![0u8; (room as u32).min(MOST) as usize];
    let length = buffer.len() as i32;
    let mut size = 0u32;
    let errno = call(buffer.as_mut_ptr() as i32, length, &raw mut size as i32);
    if errno == SUCCESS {
        store(to as u32, &buffer[..buffer.len().min(size as usize)]);
        store_u32(used as u32, size);
    }
    errno
}

#[export_name = "fd_readdir"]
unsafe extern "C" fn fd_readdir(fd: i32, to: i32, room: i32, cookie: i64, used: i32) -> i32 {
    filled(to, room, used, |buffer, room, used| {
        host::fd_readdir(fd, buffer, room, cookie, used)
    })
}

#[export_name = "fd_prestat_dir_name"]
unsafe extern "C" fn fd_prestat_dir_name(fd: i32, to: i32, length: i32) -> i32 {
    let mut name = vec![0u8; (length as u32).min(MOST) as usize];
    let errno = host::fd_prestat_dir_name(fd, name.as_mut_ptr() as i32, name.len() as i32);
    if errno == SUCCESS {
        store(to as u32, &name);
    }
    errno
}

#[export_name = "random_get"]
unsafe extern "C" fn random_get(to: i32, length: i32) -> i32 {
    let mut done = 0;
    while done < length as u32 {
        let mut some = vec![0u8; (length as u32 - done).min(MOST) as usize];
        let errno = host::random_get(some.as_mut_ptr() as i32, some.len() as i32);
        if errno != SUCCESS {
            return errno;
        }
        store(to as u32 + done, &some);
        done += some.len() as u32;
    }
    SUCCESS
}

/// Standard input and output are of no known type, so that libraries write in blocks and not line by line.
#[export_name = "fd_fdstat_get"]
unsafe extern "C" fn fd_fdstat_get(fd: i32, to: i32) -> i32 {
    const READ: u64 = 1 << 1;
    const WRITE: u64 = 1 << 6;
    const POLL: u64 = 1 << 27;
    let rights = match fd {
        STDIN => READ | POLL,
        STDOUT => WRITE | POLL,
        _ => return answered::<24>(to, |answer| host::fd_fdstat_get(fd, answer)),
    };
    let mut stat = [0u8; 24];
    stat[8..16].copy_from_slice(&rights.to_le_bytes());
    store(to as u32, &stat);
    SUCCESS
}

#[export_name = "fd_read"]
unsafe extern "C" fn fd_read(fd: i32, at: i32, count: i32, to: i32) -> i32 {
    if fd == STDIN {
        return scattered(at, count, to, |most| {
            within(|exchange| exchange.body.read(most.into()))
                .unwrap_or(Ok(Vec::new()))
                .map_err(|why| {
                    eprintln!("the request's body ended early: {why}");
                    IO
                })
        });
    }
    scattered(at, count, to, |most| {
        from_file(most, |vector, read| host::fd_read(fd, vector, 1, read))
    })
}

#[export_name = "fd_pread"]
unsafe extern "C" fn fd_pread(fd: i32, at: i32, count: i32, offset: i64, to: i32) -> i32 {
    scattered(at, count, to, |most| {
        from_file(most, |vector, read| {
            host::fd_pread(fd, vector, 1, offset, read)
        })
    })
}

fn from_file(most: u32, call: impl FnOnce(i32, i32) -> i32) -> Result<Vec<u8>, i32> {
    let mut buffer = vec![0u8; most as usize];
    let vector = [buffer.as_mut_ptr() as u32, most];
    let mut read = 0u32;
    match call(vector.as_ptr() as i32, &raw mut read as i32) {
        SUCCESS => {
            buffer.truncate(read as usize);
            Ok(buffer)
        }
        errno => Err(errno),
    }
}

/// Puts what is read into the program's buffers, the first one first.
fn scattered(at: i32, count: i32, to: i32, read: impl FnOnce(u32) -> Result<Vec<u8>, i32>) -> i32 {
    let parts = parts(at as u32, count as u32);
    let room = parts
        .iter()
        .fold(0u32, |sum, part| sum.saturating_add(part.1));
    let bytes = match read(room.min(MOST)) {
        Ok(bytes) => bytes,
        Err(errno) => return errno,
    };
    let mut rest = &bytes[..];
    for (address, length) in parts {
        let (now, later) = rest.split_at(rest.len().min(length as usize));
        store(address, now);
        rest = later;
    }
    store_u32(to as u32, bytes.len() as u32);
    SUCCESS
}

#[export_name = "fd_write"]
unsafe extern "C" fn fd_write(fd: i32, at: i32, count: i32, to: i32) -> i32 {
    if fd != STDOUT {
        return to_file(&gathered(at, count), to, |vector, written| {
            host::fd_write(fd, vector, 1, written)
        });
    }
    let mut sent = 0u32;
    for (mut address, mut length) in parts(at as u32, count as u32) {
        while length > 0 {
            let some = bytes(address, length.min(MOST));
            match within(|exchange| exchange.response.write(&some)) {
                Some(Ok(())) => {}
                Some(Err(why)) => {
                    eprintln!("{why}");
                    return IO;
                }
                None => return BAD_FILE,
            }
            let done = some.len() as u32;
            address += done;
            length -= done;
            sent = sent.wrapping_add(done);
        }
    }
    store_u32(to as u32, sent);
    SUCCESS
}

#[export_name = "fd_pwrite"]
unsafe extern "C" fn fd_pwrite(fd: i32, at: i32, count: i32, offset: i64, to: i32) -> i32 {
    let bytes = gathered(at, count);
    to_file(&bytes, to, |vector, written| {
        host::fd_pwrite(fd, vector, 1, offset, written)
    })
}

fn to_file(bytes: &[u8], to: i32, call: impl FnOnce(i32, i32) -> i32) -> i32 {
    let vector = [address(bytes) as u32, bytes.len() as u32];
    answered::<4>(to, |written| call(vector.as_ptr() as i32, written))
}

/// What the program's buffers hold, from the first on, as far as one call of a file takes it.
fn gathered(at: i32, count: i32) -> Vec<u8> {
    let mut all = Vec::new();
    for (address, length) in parts(at as u32, count as u32) {
        let before = all.len();
        all.resize(before + length.min(MOST - before as u32) as usize, 0);
        load(address, &mut all[before..]);
    }
    all
}

#[export_name = "environ_sizes_get"]
extern "C" fn environ_sizes_get(count: i32, size: i32) -> i32 {
    let (variables, bytes) = within(|exchange| {
        let all = &exchange.environment;
        (
            all.len(),
            all.iter().map(|variable| variable.len() + 1).sum::<usize>(),
        )
    })
    .unwrap_or_default();
    store_u32(count as u32, variables as u32);
    store_u32(size as u32, bytes as u32);
    SUCCESS
}

#[export_name = "environ_get"]
extern "C" fn environ_get(pointers: i32, text: i32) -> i32 {
    let all = within(|exchange| exchange.environment.clone()).unwrap_or_default();
    texts(&all, pointers as u32, text as u32)
}

/// The program's name, and nothing else.
#[export_name = "args_sizes_get"]
extern "C" fn args_sizes_get(count: i32, size: i32) -> i32 {
    store_u32(count as u32, 1);
    store_u32(size as u32, "service".len() as u32 + 1);
    SUCCESS
}

#[export_name = "args_get"]
extern "C" fn args_get(pointers: i32, text: i32) -> i32 {
    texts(&[b"service".to_vec()], pointers as u32, text as u32)
}

fn texts(all: &[Vec<u8>], mut pointers: u32, mut text: u32) -> i32 {
    for one in all {
        store_u32(pointers, text);
        store(text, one);
        store(text + one.len() as u32, &[0]);
        pointers += 4;
        text += one.len() as u32 + 1;
    }
    SUCCESS
}

/// Waits as the host does, but that standard input and output are always ready: a read of them waits by itself.
#[export_name = "poll_oneoff"]
unsafe extern "C" fn poll_oneoff(at: i32, to: i32, count: i32, events: i32) -> i32 {
    const SUBSCRIPTION: usize = 48;
    const EVENT: usize = 32;
    if count as u32 > MOST_EVENTS || count == 0 {
        return INVALID;
    }
    let asked = bytes(at as u32, count as u32 * SUBSCRIPTION as u32);
    let mut happened = Vec::new();
    for one in asked.chunks_exact(SUBSCRIPTION) {
        let kind = one[8];
        let fd = i32::from_le_bytes(one[16..20].try_into().expect("four bytes"));
        if kind != 0 && (fd == STDIN || fd == STDOUT) {
            let mut event = [0u8; EVENT];
            event[..8].copy_from_slice(&one[..8]);
            event[10] = kind;
            event[16] = 1;
            happened.extend_from_slice(&event);
        }
    }
    let mut number = (happened.len() / EVENT) as u32;
    if number == 0 {
        let mut words = vec![0u64; asked.len() / 8];
        for (word, bytes) in words.iter_mut().zip(asked.chunks_exact(8)) {
            *word = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        }
        let mut answer = vec![0u64; count as usize * EVENT / 8];
        let errno = host::poll_oneoff(
            words.as_ptr() as i32,
            answer.as_mut_ptr() as i32,
            count,
            &raw mut number as i32,
        );
        if errno != SUCCESS {
            return errno;
        }
        happened = answer
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .take(number as usize * EVENT)
            .collect();
    }
    store(to as u32, &happened);
    store_u32(events as u32, number);
    SUCCESS
}

/// What was written is sent whole before the instance ends.
#[export_name = "proc_exit"]
unsafe extern "C" fn proc_exit(code: i32) {
    if code == 0 {
        end();
    }
    host::proc_exit(code)
}

#[export_name = "sock_accept"]
extern "C" fn sock_accept(_fd: i32, _flags: i32, _to: i32) -> i32 {
    NOT_SUPPORTED
}

#[export_name = "sock_recv"]
extern "C" fn sock_recv(
    _fd: i32,
    _at: i32,
    _count: i32,
    _flags: i32,
    _size: i32,
    _out: i32,
) -> i32 {
    NOT_SUPPORTED
}

#[export_name = "sock_send"]
extern "C" fn sock_send(_fd: i32, _at: i32, _count: i32, _flags: i32, _size: i32) -> i32 {
    NOT_SUPPORTED
}

#[export_name = "sock_shutdown"]
extern "C" fn sock_shutdown(_fd: i32, _how: i32) -> i32 {
    NOT_SUPPORTED
}
