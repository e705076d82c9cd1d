/* Write down what a process does to the files below one folder, in order; loaded with LD_PRELOAD.

   RECORD_ROOT  the folder, an absolute path
   RECORD_LOG   where to write: for each call  u8 what, i32 fd, u64 number, u32 length of a, u32 length of b, a, b
   RECORD_FULL  bytes by which files may grow in all before the disk is full; none: without limit.
                The limit is gone as soon as the file <root>/more-room exists.

   A call is written down when it has succeeded. tests/world/powercut.py reads the log. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN = 1, WRITE, TRUNCATE, SYNC, CLOSE, RENAME, UNLINK, MKDIR };
enum { FDS = 1024 };

static const char *root, *more_room;
static size_t root_length;
static int log_fd = -1;
static long long room = -1;
static unsigned char watched[FDS];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
    static char name[PATH_MAX];
    const char *path = getenv("RECORD_LOG"), *full = getenv("RECORD_FULL");
    root = getenv("RECORD_ROOT");
    if (!root || !path) return;
    root_length = strlen(root);
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    log_fd = fcntl(fd, F_DUPFD_CLOEXEC, FDS);
    syscall(SYS_close, fd);
    if (log_fd < 0) abort(); /* never run unrecorded */
    if (full) room = atoll(full);
    strcpy(stpcpy(name, root), "/more-room");
    more_room = name;
}

static int inside(const char *path) {
    return log_fd >= 0 && path && !strncmp(path, root, root_length) && (!path[root_length] || path[root_length] == '/');
}

static int seen(int fd) { return log_fd >= 0 && fd >= 0 && fd < FDS && watched[fd]; }

static void put(uint8_t what, int32_t fd, uint64_t number, const void *a, size_t a_length, const void *b, size_t b_length) {
    unsigned char head[21];
    uint32_t a32 = a_length, b32 = b_length;
    int kept = errno;
    head[0] = what;
    memcpy(head + 1, &fd, 4);
    memcpy(head + 5, &number, 8);
    memcpy(head + 13, &a32, 4);
    memcpy(head + 17, &b32, 4);
    struct iovec parts[] = {{head, 21}, {(void *)a, a_length}, {(void *)b, b_length}};
    pthread_mutex_lock(&turn);
    if (syscall(SYS_writev, log_fd, parts, 3) != (ssize_t)(21 + a_length + b_length)) abort();
    pthread_mutex_unlock(&turn);
    errno = kept;
}

/* How much of a write fits on the disk; less than nothing: nothing does. */
static ssize_t fits(int fd, size_t count, off_t at) {
    struct stat found;
    if (room < 0) return count;
    if (!syscall(SYS_faccessat, AT_FDCWD, more_room, F_OK)) { room = -1; return count; }
    if (fstat(fd, &found) || at + (off_t)count <= found.st_size) return count;
    long long grows = at + (long long)count - (at > found.st_size ? at : found.st_size);
    if (grows <= room) { room -= grows; return count; }
    long long part = (long long)count - grows + room;
    room = 0;
    return part > 0 ? part : -1;
}

static int opened(int fd, const char *path, int flags) {
    if (fd >= 0 && inside(path)) {
        if (fd >= FDS) abort();
        watched[fd] = 1;
        put(OPEN, fd, flags, path, strlen(path), "", 0);
    }
    return fd;
}

#define MODE va_list rest; va_start(rest, flags); mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; va_end(rest)
int open(const char *path, int flags, ...) { MODE; return opened(syscall(SYS_openat, AT_FDCWD, path, flags, mode), path, flags); }
int open64(const char *path, int flags, ...) { MODE; return opened(syscall(SYS_openat, AT_FDCWD, path, flags, mode), path, flags); }
int openat(int dir, const char *path, int flags, ...) { MODE; return opened(syscall(SYS_openat, dir, path, flags, mode), path, flags); }
int openat64(int dir, const char *path, int flags, ...) { MODE; return opened(syscall(SYS_openat, dir, path, flags, mode), path, flags); }

int close(int fd) {
    if (seen(fd)) { watched[fd] = 0; put(CLOSE, fd, 0, "", 0, "", 0); }
    return syscall(SYS_close, fd);
}

static ssize_t written(int fd, const void *data, size_t count, off_t at) {
    ssize_t part = fits(fd, count, at);
    if (part < 0) { errno = ENOSPC; return -1; }
    ssize_t done = syscall(SYS_pwrite64, fd, data, part, at);
    if (done > 0) put(WRITE, fd, at, "", 0, data, done);
    return done;
}

ssize_t write(int fd, const void *data, size_t count) {
    if (!seen(fd)) return syscall(SYS_write, fd, data, count);
    off_t at = lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    ssize_t done = written(fd, data, count, at);
    if (done > 0) lseek(fd, at + done, SEEK_SET);
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t count, off_t at) { return seen(fd) ? written(fd, data, count, at) : syscall(SYS_pwrite64, fd, data, count, at); }
ssize_t pwrite64(int fd, const void *data, size_t count, off64_t at) { return pwrite(fd, data, count, at); }

int ftruncate(int fd, off_t size) {
    int done = syscall(SYS_ftruncate, fd, size);
    if (!done && seen(fd)) put(TRUNCATE, fd, size, "", 0, "", 0);
    return done;
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

int fsync(int fd) {
    int done = syscall(SYS_fsync, fd);
    if (!done && seen(fd)) put(SYNC, fd, 0, "", 0, "", 0);
    return done;
}
int fdatasync(int fd) {
    int done = syscall(SYS_fdatasync, fd);
    if (!done && seen(fd)) put(SYNC, fd, 0, "", 0, "", 0);
    return done;
}

int rename(const char *from, const char *to) {
    int done = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (!done && (inside(from) || inside(to))) put(RENAME, -1, 0, from, strlen(from), to, strlen(to));
    return done;
}
int unlink(const char *path) {
    int done = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (!done && inside(path)) put(UNLINK, -1, 0, path, strlen(path), "", 0);
    return done;
}
int mkdir(const char *path, mode_t mode) {
    int done = syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (!done && inside(path)) put(MKDIR, -1, 0, path, strlen(path), "", 0);
    return done;
}
