// tcp sends to a child over the loopback network, and prints "name value" lines: the value is
// picoseconds a kilobyte.
#include "wasix.h"

#define BLOCK 65536
#define BLOCKS 3200 // 200 MiB

static u8 block[BLOCK];
static const addr_port loopback = {.family = 1, .port = 8080, .ip = {127, 0, 0, 1}};

// receive takes all there is and ends the child: with 0 when that was everything.
static void receive(u32 fd, u32 end) {
    u64 total = 0;
    for (;;) {
        iovec iov = {block, BLOCK};
        u32 done = 0;
        u16 flags;
        check("sock_recv", sock_recv(fd, &iov, 1, 0, &done, &flags));
        if (done == 0) proc_exit(total != (u64)BLOCK * BLOCKS);
        for (u32 i = 0; i < done; i += 4096)
            if (block[i] != 'x') fail("what was sent is not what came", 29);
        total += done;
        if (total == (u64)BLOCK * BLOCKS) write_all(end, "x", 1);
    }
}

void _start(void) {
    u32 listener, conn, pid, ends[2];
    check("fd_pipe", fd_pipe(&ends[0], &ends[1]));
    check("sock_open", sock_open(1, 1, 0, &listener));
    check("sock_bind", sock_bind(listener, &loopback));
    check("sock_listen", sock_listen(listener, 1));
    check("proc_fork", proc_fork(1, &pid));
    if (pid == 0) {
        check("sock_open", sock_open(1, 1, 0, &conn));
        check("sock_connect", sock_connect(conn, &loopback));
        receive(conn, ends[1]);
    }
    check("sock_accept", sock_accept(listener, 0, &conn));
    for (u32 i = 0; i < BLOCK; i++) block[i] = 'x';
    u64 start = now();
    for (u32 i = 0; i < BLOCKS; i++) {
        for (u32 sent = 0; sent < BLOCK;) {
            iovec iov = {block + sent, BLOCK - sent};
            u32 done = 0;
            check("sock_send", sock_send(conn, &iov, 1, 0, &done));
            sent += done;
        }
    }
    u8 end;
    read_all(ends[0], &end, 1);
    report("tcp_64k", (now() - start) * 1000 / ((u64)BLOCK * BLOCKS / 1000));
    check("fd_close", fd_close(conn));
    wait_for(pid);
    proc_exit(0);
}
