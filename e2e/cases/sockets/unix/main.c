// Unix sockets: names in the file tree, pairs, files through them.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "sock.h"

static void names(void) {
    ok(path_create_directory(3, "/run", 4));
    addr a = named("/run/socket"), b;
    u32 l = socket(UNIX, STREAM), pid;
    ok(sock_bind(l, &a));
    check(sock_bind(socket(UNIX, STREAM), &a), EADDRINUSE);
    check(sock_connect(socket(UNIX, STREAM), &a), ECONNREFUSED);
    ok(sock_listen(l, 4));
    filestat st;
    ok(path_filestat_get(3, FOLLOW, "/run/socket", 11, &st));
    check(st.type, 6);
    ok(proc_fork(1, &pid));
    if (!pid) {
        u32 c = socket(UNIX, STREAM);
        ok(sock_connect(c, &a));
        ok(sock_addr_peer(c, &b));
        check(same(b.path, "/run/socket", 12), 1);
        send(c, "hello", 5);
        proc_exit(0);
    }
    char buf[10];
    u32 s = accept(l);
    check(recv(s, buf, 10, WAITALL), 5);
    wait_for(pid, 0);
    ok(path_unlink_file(3, "/run/socket", 11));
    check(sock_connect(socket(UNIX, STREAM), &a), ENOENT);
    // A name that is in no directory.
    addr hidden = {.family = UNIX};
    hidden.path[1] = 'x';
    u32 h = socket(UNIX, DGRAM), to = socket(UNIX, DGRAM);
    ok(sock_bind(h, &hidden));
    iovec iov = {"datagram", 8};
    u32 done;
    ok(sock_send_to(to, &iov, 1, 0, &hidden, &done));
    check(recv(h, buf, 10, 0), 8);
}

static void pairs(void) {
    u32 a, b, pid;
    char buf[10];
    ok(sock_pair(UNIX, STREAM, 0, &a, &b));
    ok(proc_fork(1, &pid));
    if (!pid) {
        ok(fd_close(a));
        s32 n;
        while ((n = recv(b, buf, 1, 0)) == 1) {
            buf[0]++;
            send(b, buf, 1);
        }
        proc_exit(n == 0 ? 3 : 1);
    }
    ok(fd_close(b));
    for (u32 i = 0; i < 1000; i++) {
        buf[0] = (char)i;
        write_all(a, buf, 1);
        check(read_some(a, buf, 10), 1);
        check((u8)buf[0], (u8)(i + 1));
    }
    ok(fd_close(a));
    wait_for(pid, 3);
}

static void files(void) {
    u32 a, b, f = open_file("/file", O_CREAT, 0);
    char buf[10];
    u64 done, at;
    write_all(f, "0123456789", 10);
    ok(sock_pair(UNIX, STREAM, 0, &a, &b));
    ok(sock_send_file(a, f, 3, 4, &done));
    check(done, 4);
    check(recv(b, buf, 10, 0), 4);
    check(same(buf, "3456", 4), 1);
    ok(fd_seek(f, 0, FROM_HERE, &at));
    check(at, 7);
    ok(sock_send_file(a, f, 8, 100, &done));
    check(done, 2);
    // send and recv of pipes.
    u32 r, w;
    ok(fd_pipe(&r, &w));
    check(send(w, "pipe", 4), 4);
    check(recv(r, buf, 10, 0), 4);
}

void _start(void) {
    names();
    pairs();
    files();
    print("ok\n");
}
