//! Error numbers: Linux values, names and texts.

use std::fmt;

/// A POSIX error number with the value it has on Linux.
///
/// ```
/// use krait_vfs::Errno;
/// assert_eq!(Errno::ENOENT.number(), 2);
/// assert_eq!(Errno::ENOENT.name(), Some("ENOENT"));
/// assert_eq!(Errno::ENOENT.to_string(), "No such file or directory");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Errno(i32);

impl Errno {
    /// Wraps any number, also one that has no name.
    #[must_use]
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// The value a program sees.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The constant's name; of several, the one that Python's `errno.errorcode` gives on Linux.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Self::entry(self.0).map(|entry| entry.0)
    }

    /// The text of `strerror`, as the C library of Linux desktops words it; `None` for a number without a name.
    #[must_use]
    pub fn message(self) -> Option<&'static str> {
        Self::entry(self.0).map(|entry| entry.2)
    }

    /// The text of `strerror` for any number.
    #[must_use]
    pub fn strerror(number: i32) -> String {
        match number {
            0 => "Success".to_owned(),
            _ => Self(number).to_string(),
        }
    }

    fn entry(number: i32) -> Option<&'static (&'static str, i32, &'static str)> {
        Self::ALL.iter().find(|entry| entry.1 == number)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message() {
            Some(text) => f.write_str(text),
            None => write!(f, "Unknown error {}", self.0),
        }
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "Errno({})", self.0),
        }
    }
}

impl std::error::Error for Errno {}

macro_rules! table {
    ($($name:ident = $number:literal $text:literal;)*) => {
        impl Errno {
            $(
                #[doc = $text]
                pub const $name: Errno = Errno($number);
            )*

            /// Every name with its number and text, by number. Where one number has several names, the first is
            /// the one of Python's `errno.errorcode`.
            pub const ALL: &'static [(&'static str, i32, &'static str)] = &[
                $((stringify!($name), $number, $text),)*
            ];
        }
    };
}

table! {
    EPERM = 1 "Operation not permitted";
    ENOENT = 2 "No such file or directory";
    ESRCH = 3 "No such process";
    EINTR = 4 "Interrupted system call";
    EIO = 5 "Input/output error";
    ENXIO = 6 "No such device or address";
    E2BIG = 7 "Argument list too long";
    ENOEXEC = 8 "Exec format error";
    EBADF = 9 "Bad file descriptor";
    ECHILD = 10 "No child processes";
    EAGAIN = 11 "Resource temporarily unavailable";
    EWOULDBLOCK = 11 "Resource temporarily unavailable";
    ENOMEM = 12 "Cannot allocate memory";
    EACCES = 13 "Permission denied";
    EFAULT = 14 "Bad address";
    ENOTBLK = 15 "Block device required";
    EBUSY = 16 "Device or resource busy";
    EEXIST = 17 "File exists";
    EXDEV = 18 "Invalid cross-device link";
    ENODEV = 19 "No such device";
    ENOTDIR = 20 "Not a directory";
    EISDIR = 21 "Is a directory";
    EINVAL = 22 "Invalid argument";
    ENFILE = 23 "Too many open files in system";
    EMFILE = 24 "Too many open files";
    ENOTTY = 25 "Inappropriate ioctl for device";
    ETXTBSY = 26 "Text file busy";
    EFBIG = 27 "File too large";
    ENOSPC = 28 "No space left on device";
    ESPIPE = 29 "Illegal seek";
    EROFS = 30 "Read-only file system";
    EMLINK = 31 "Too many links";
    EPIPE = 32 "Broken pipe";
    EDOM = 33 "Numerical argument out of domain";
    ERANGE = 34 "Numerical result out of range";
    EDEADLOCK = 35 "Resource deadlock avoided";
    EDEADLK = 35 "Resource deadlock avoided";
    ENAMETOOLONG = 36 "File name too long";
    ENOLCK = 37 "No locks available";
    ENOSYS = 38 "Function not implemented";
    ENOTEMPTY = 39 "Directory not empty";
    ELOOP = 40 "Too many levels of symbolic links";
    ENOMSG = 42 "No message of desired type";
    EIDRM = 43 "Identifier removed";
    ECHRNG = 44 "Channel number out of range";
    EL2NSYNC = 45 "Level 2 not synchronized";
    EL3HLT = 46 "Level 3 halted";
    EL3RST = 47 "Level 3 reset";
    ELNRNG = 48 "Link number out of range";
    EUNATCH = 49 "Protocol driver not attached";
    ENOCSI = 50 "No CSI structure available";
    EL2HLT = 51 "Level 2 halted";
    EBADE = 52 "Invalid exchange";
    EBADR = 53 "Invalid request descriptor";
    EXFULL = 54 "Exchange full";
    ENOANO = 55 "No anode";
    EBADRQC = 56 "Invalid request code";
    EBADSLT = 57 "Invalid slot";
    EBFONT = 59 "Bad font file format";
    ENOSTR = 60 "Device not a stream";
    ENODATA = 61 "No data available";
    ETIME = 62 "Timer expired";
    ENOSR = 63 "Out of streams resources";
    ENONET = 64 "Machine is not on the network";
    ENOPKG = 65 "Package not installed";
    EREMOTE = 66 "Object is remote";
    ENOLINK = 67 "Link has been severed";
    EADV = 68 "Advertise error";
    ESRMNT = 69 "Srmount error";
    ECOMM = 70 "Communication error on send";
    EPROTO = 71 "Protocol error";
    EMULTIHOP = 72 "Multihop attempted";
    EDOTDOT = 73 "RFS specific error";
    EBADMSG = 74 "Bad message";
    EOVERFLOW = 75 "Value too large for defined data type";
    ENOTUNIQ = 76 "Name not unique on network";
    EBADFD = 77 "File descriptor in bad state";
    EREMCHG = 78 "Remote address changed";
    ELIBACC = 79 "Can not access a needed shared library";
    ELIBBAD = 80 "Accessing a corrupted shared library";
    ELIBSCN = 81 ".lib section in a.out corrupted";
    ELIBMAX = 82 "Attempting to link in too many shared libraries";
    ELIBEXEC = 83 "Cannot exec a shared library directly";
    EILSEQ = 84 "Invalid or incomplete multibyte or wide character";
    ERESTART = 85 "Interrupted system call should be restarted";
    ESTRPIPE = 86 "Streams pipe error";
    EUSERS = 87 "Too many users";
    ENOTSOCK = 88 "Socket operation on non-socket";
    EDESTADDRREQ = 89 "Destination address required";
    EMSGSIZE = 90 "Message too long";
    EPROTOTYPE = 91 "Protocol wrong type for socket";
    ENOPROTOOPT = 92 "Protocol not available";
    EPROTONOSUPPORT = 93 "Protocol not supported";
    ESOCKTNOSUPPORT = 94 "Socket type not supported";
    ENOTSUP = 95 "Operation not supported";
    EOPNOTSUPP = 95 "Operation not supported";
    EPFNOSUPPORT = 96 "Protocol family not supported";
    EAFNOSUPPORT = 97 "Address family not supported by protocol";
    EADDRINUSE = 98 "Address already in use";
    EADDRNOTAVAIL = 99 "Cannot assign requested address";
    ENETDOWN = 100 "Network is down";
    ENETUNREACH = 101 "Network is unreachable";
    ENETRESET = 102 "Network dropped connection on reset";
    ECONNABORTED = 103 "Software caused connection abort";
    ECONNRESET = 104 "Connection reset by peer";
    ENOBUFS = 105 "No buffer space available";
    EISCONN = 106 "Transport endpoint is already connected";
    ENOTCONN = 107 "Transport endpoint is not connected";
    ESHUTDOWN = 108 "Cannot send after transport endpoint shutdown";
    ETOOMANYREFS = 109 "Too many references: cannot splice";
    ETIMEDOUT = 110 "Connection timed out";
    ECONNREFUSED = 111 "Connection refused";
    EHOSTDOWN = 112 "Host is down";
    EHOSTUNREACH = 113 "No route to host";
    EALREADY = 114 "Operation already in progress";
    EINPROGRESS = 115 "Operation now in progress";
    ESTALE = 116 "Stale file handle";
    EUCLEAN = 117 "Structure needs cleaning";
    ENOTNAM = 118 "Not a XENIX named type file";
    ENAVAIL = 119 "No XENIX semaphores available";
    EISNAM = 120 "Is a named type file";
    EREMOTEIO = 121 "Remote I/O error";
    EDQUOT = 122 "Disk quota exceeded";
    ENOMEDIUM = 123 "No medium found";
    EMEDIUMTYPE = 124 "Wrong medium type";
    ECANCELED = 125 "Operation canceled";
    ENOKEY = 126 "Required key not available";
    EKEYEXPIRED = 127 "Key has expired";
    EKEYREVOKED = 128 "Key has been revoked";
    EKEYREJECTED = 129 "Key was rejected by service";
    EOWNERDEAD = 130 "Owner died";
    ENOTRECOVERABLE = 131 "State not recoverable";
    ERFKILL = 132 "Operation not possible due to RF-kill";
    EHWPOISON = 133 "Memory page has hardware error";
}

#[cfg(test)]
mod tests {
    use super::Errno;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_numbers_ascend() {
        let names: HashSet<_> = Errno::ALL.iter().map(|entry| entry.0).collect();
        assert_eq!(names.len(), Errno::ALL.len());
        assert!(Errno::ALL.windows(2).all(|pair| pair[0].1 <= pair[1].1));
    }

    #[test]
    fn the_first_of_several_names_wins() {
        assert_eq!(Errno::EAGAIN, Errno::EWOULDBLOCK);
        assert_eq!(Errno::EWOULDBLOCK.name(), Some("EAGAIN"));
        assert_eq!(Errno::EDEADLK.name(), Some("EDEADLOCK"));
        assert_eq!(Errno::EOPNOTSUPP.name(), Some("ENOTSUP"));
    }

    #[test]
    fn numbers_are_those_of_linux() {
        for (errno, number) in [
            (Errno::EPERM, 1),
            (Errno::EAGAIN, 11),
            (Errno::EROFS, 30),
            (Errno::ENAMETOOLONG, 36),
            (Errno::ENOSYS, 38),
            (Errno::ENOTEMPTY, 39),
            (Errno::ELOOP, 40),
            (Errno::EOVERFLOW, 75),
            (Errno::ETIMEDOUT, 110),
            (Errno::EHWPOISON, 133),
        ] {
            assert_eq!(errno.number(), number);
        }
    }

    #[test]
    fn a_number_without_a_name_still_has_a_text() {
        assert_eq!(Errno::strerror(0), "Success");
        assert_eq!(Errno::strerror(4000), "Unknown error 4000");
        assert_eq!(Errno::from_number(41).name(), None);
        assert_eq!(format!("{:?}", Errno::from_number(41)), "Errno(41)");
    }
}
