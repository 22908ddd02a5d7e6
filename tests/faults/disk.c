/* Loaded before libc (LD_PRELOAD): makes file calls under one folder fail on order, and writes down what they did.
 *
 * A write point is a call that changes the disk or makes a change durable. disk_arm(n, error, stay) lets the n-th one
 * from now fail with that errno, and with stay every one after it, as a full disk does; a write that fails with stay
 * writes its first half before. disk_points() tells how many there were. disk_record(file) writes each into a file:
 *   u8 kind, u32 length of the path, u64 offset, u64 length of the data, path, data
 * with the kinds W(rite) T(runcate) S(ync) C(reate) R(ename, data: the new path) L(ink, the same) U(nlink) M(kdir) and
 * A(cknowledged, by disk_mark).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define HANDLES 4096
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static char *paths[HANDLES];
static long points, fail_at, stay;
static int fail_with, record = -1;

void disk_watch(const char *folder) { strncpy(root, folder, sizeof root - 1); }

void disk_arm(long at, int error, int keep) {
    pthread_mutex_lock(&guard);
    points = 0, fail_at = at, fail_with = error, stay = keep;
    pthread_mutex_unlock(&guard);
}

long disk_points(void) { return points; }

static void put(const void *data, size_t length) {
    const char *at = data;
    while (length) {
        ssize_t done = syscall(SYS_write, record, at, length);
        if (done < 0) abort();
        at += done, length -= (size_t)done;
    }
}

static void note(char kind, const char *path, uint64_t offset, const void *data, uint64_t length) {
    if (record < 0) return;
    uint32_t size = (uint32_t)strlen(path);
    put(&kind, 1), put(&size, 4), put(&offset, 8), put(&length, 8), put(path, size);
    if (length) put(data, length);
}

void disk_record(const char *file) {
    if (record >= 0) syscall(SYS_close, record);
    record = file ? (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
}

void disk_mark(uint64_t number) {
    pthread_mutex_lock(&guard);
    note('A', "", number, NULL, 0);
    pthread_mutex_unlock(&guard);
}

static int watched(const char *path) {
    size_t length = strlen(root);
    return length && path && !strncmp(path, root, length) && (path[length] == '/' || !path[length]);
}

/* Whether this write point fails; errno is set. Call with the guard held. */
static int fails(void) {
    points++;
    if (fail_at && (points == fail_at || (stay && points > fail_at))) return errno = fail_with, 1;
    return 0;
}

static const char *path_of(int fd) { return fd >= 0 && fd < HANDLES ? paths[fd] : NULL; }

static int opened(int fd, int created) {
    char link[64], path[PATH_MAX];
    if (fd < 0 || fd >= HANDLES) return fd;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    free(paths[fd]);
    paths[fd] = watched(path) ? strdup(path) : NULL;
    if (paths[fd] && created) note('C', path, 0, NULL, 0);
    return fd;
}

static int open_at(int folder, const char *path, int flags, mode_t mode) {
    pthread_mutex_lock(&guard);
    int fd, created = 0;
    if ((flags & O_CREAT) && watched(path)) {
        created = syscall(SYS_faccessat, folder, path, F_OK) != 0;
        if (created && fails()) {
            pthread_mutex_unlock(&guard);
            return -1;
        }
    }
    fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    int error = errno;
    opened(fd, created);
    if (fd >= 0 && (flags & O_TRUNC) && !created && path_of(fd)) note('T', path_of(fd), 0, NULL, 0);
    pthread_mutex_unlock(&guard);
    errno = error;
    return fd;
}

#define MODE va_list rest; va_start(rest, flags); mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; va_end(rest)
int open(const char *path, int flags, ...) { MODE; return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE; return open_at(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE; return open_at(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE; return open_at(folder, path, flags | O_LARGEFILE, mode); }

int close(int fd) {
    pthread_mutex_lock(&guard);
    if (path_of(fd)) free(paths[fd]), paths[fd] = NULL;
    pthread_mutex_unlock(&guard);
    return (int)syscall(SYS_close, fd);
}

static ssize_t put_at(int fd, const void *data, size_t length, off_t offset) {
    return offset < 0 ? syscall(SYS_write, fd, data, length) : syscall(SYS_pwrite64, fd, data, length, offset);
}

static ssize_t written(int fd, const void *data, size_t length, off_t offset) {
    if (!path_of(fd)) return put_at(fd, data, length, offset);
    pthread_mutex_lock(&guard);
    ssize_t done = -1;
    off_t at = offset >= 0 ? offset : (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR);
    if (!fails()) done = put_at(fd, data, length, offset);
    else if (stay && points == fail_at && length > 1) done = put_at(fd, data, length / 2, offset);
    int error = errno;
    if (done > 0) note('W', path_of(fd), (uint64_t)at, data, (uint64_t)done);
    pthread_mutex_unlock(&guard);
    errno = error;
    return done;
}

ssize_t write(int fd, const void *data, size_t length) { return written(fd, data, length, -1); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return written(fd, data, length, offset); }

/* The quick ways to copy, which would pass by: whoever asks is told to use write. */
ssize_t sendfile(int out, int in, off_t *offset, size_t count) { (void)out, (void)in, (void)offset, (void)count; return errno = ENOTSOCK, -1; }
ssize_t sendfile64(int out, int in, off64_t *offset, size_t count) { return sendfile(out, in, offset, count); }
ssize_t copy_file_range(int in, off64_t *a, int out, off64_t *b, size_t count, unsigned flags) { (void)in, (void)a, (void)out, (void)b, (void)count, (void)flags; return errno = ENOSYS, -1; }

#define POINT(path, call, kind, offset, data, length)            \
    if (!(path)) return (int)(call);                             \
    pthread_mutex_lock(&guard);                                  \
    int done = fails() ? -1 : (int)(call), error = errno;        \
    if (!done) note(kind, path, (uint64_t)(offset), data, length); \
    pthread_mutex_unlock(&guard);                                \
    errno = error;                                               \
    return done

int ftruncate(int fd, off_t length) { POINT(path_of(fd), syscall(SYS_ftruncate, fd, length), 'T', length, NULL, 0); }
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }
int fsync(int fd) { POINT(path_of(fd), syscall(SYS_fsync, fd), 'S', 0, NULL, 0); }
int fdatasync(int fd) { POINT(path_of(fd), syscall(SYS_fdatasync, fd), 'S', 0, NULL, 0); }
#define HERE(path) (watched(path) ? (path) : NULL)
int unlink(const char *path) { POINT(HERE(path), syscall(SYS_unlinkat, AT_FDCWD, path, 0), 'U', 0, NULL, 0); }
int mkdir(const char *path, mode_t mode) { POINT(HERE(path), syscall(SYS_mkdirat, AT_FDCWD, path, mode), 'M', 0, NULL, 0); }
int rename(const char *from, const char *to) { POINT(HERE(from), syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0), 'R', 0, to, strlen(to)); }
int link(const char *from, const char *to) { POINT(HERE(from), syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0), 'L', 0, to, strlen(to)); }
int unlinkat(int folder, const char *path, int flags) { POINT(HERE(path), syscall(SYS_unlinkat, folder, path, flags), 'U', 0, NULL, 0); }
int renameat(int a, const char *from, int b, const char *to) { POINT(HERE(from), syscall(SYS_renameat2, a, from, b, to, 0), 'R', 0, to, strlen(to)); }
int linkat(int a, const char *from, int b, const char *to, int flags) { POINT(HERE(from), syscall(SYS_linkat, a, from, b, to, flags), 'L', 0, to, strlen(to)); }
