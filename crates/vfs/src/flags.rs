//! Numeric flags of the calls, with the values they have on Linux (x86-64).

macro_rules! flags {
    ($list:ident: $list_doc:literal; $($name:ident = $value:literal $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub const $name: i32 = $value;
        )*

        #[doc = $list_doc]
        pub const $list: &[(&str, i32)] = &[$((stringify!($name), $name),)*];
    };
}

flags! {
    OPEN_FLAGS: "Every flag of `open` that is honoured or harmlessly ignored, by name.";
    O_RDONLY = 0 "Open for reading.";
    O_WRONLY = 1 "Open for writing.";
    O_RDWR = 2 "Open for reading and writing.";
    O_ACCMODE = 3 "The mask of the three access modes.";
    O_CREAT = 0o100 "Create the file if it is not there.";
    O_EXCL = 0o200 "With `O_CREAT`: fail if it is there.";
    O_NOCTTY = 0o400 "Ignored: there is no controlling terminal.";
    O_TRUNC = 0o1000 "Cut a regular file to length 0.";
    O_APPEND = 0o2000 "Every write goes to the end.";
    O_NONBLOCK = 0o4000 "Kept for `F_GETFL`; nothing here ever blocks.";
    O_NDELAY = 0o4000 "The same as `O_NONBLOCK`.";
    O_DSYNC = 0o10000 "Ignored: a write is complete when it returns.";
    O_DIRECTORY = 0o200_000 "Fail unless it is a directory.";
    O_NOFOLLOW = 0o400_000 "Fail if the last component is a symbolic link.";
    O_NOATIME = 0o1_000_000 "Ignored: reading never changes the access time.";
    O_CLOEXEC = 0o2_000_000 "The descriptor is not inheritable.";
    O_SYNC = 0o4_010_000 "Ignored: a write is complete when it returns.";
    O_RSYNC = 0o4_010_000 "Ignored: a write is complete when it returns.";
}

flags! {
    SEEK_FLAGS: "The origins of `lseek`, by name.";
    SEEK_SET = 0 "From the start.";
    SEEK_CUR = 1 "From the present position.";
    SEEK_END = 2 "From the end.";
}

flags! {
    ACCESS_FLAGS: "The modes of `access`, by name.";
    F_OK = 0 "It exists.";
    X_OK = 1 "It may be executed or, a directory, searched.";
    W_OK = 2 "It may be written.";
    R_OK = 4 "It may be read.";
}

/// A temporary file without a name: asks for what is not there (`EOPNOTSUPP`), so it is in no list to publish.
pub(crate) const O_TMPFILE_BIT: i32 = 0o20_000_000;

/// The flags that stay with an open file and that `F_GETFL` shows.
pub(crate) const STATUS_FLAGS: i32 =
    O_ACCMODE | O_APPEND | O_NONBLOCK | O_SYNC | O_NOATIME | O_DIRECTORY | O_NOFOLLOW;
