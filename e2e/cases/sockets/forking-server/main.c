// A server that forks for every connection, and clients that are processes.
//#Build: freestanding asyncify
//#ExpectedStdout: ok
#include "proc.h"
#include "sock.h"

enum { CLIENTS = 8 };

static void client(u32 port, u32 n) {
    u32 c = dial(port), answer;
    for (u32 i = 0; i < 20; i++) {
        u32 v = n * 1000 + i;
        check(send(c, &v, 4), 4);
        check(recv(c, &answer, 4, WAITALL), 4);
        check(answer, v * 3);
    }
    ok(sock_shutdown(c, SHUT_WR));
    check(recv(c, &answer, 4, 0), 0);
    proc_exit(n);
}

static void serve(u32 c) {
    u32 v;
    while (recv(c, &v, 4, WAITALL) == 4) {
        v *= 3;
        check(send(c, &v, 4), 4);
    }
    proc_exit(0);
}

void _start(void) {
    u32 l = server(0, CLIENTS), port = port_of(l), clients[CLIENTS], servers[CLIENTS];
    for (u32 i = 0; i < CLIENTS; i++)
        if (!(clients[i] = fork())) client(port, i);
    for (u32 i = 0; i < CLIENTS; i++) {
        u32 c = accept(l);
        if (!(servers[i] = fork())) {
            ok(fd_close(l));
            serve(c);
        }
        ok(fd_close(c));
    }
    for (u32 i = 0; i < CLIENTS; i++) {
        wait_for(clients[i], i);
        wait_for(servers[i], 0);
    }
    print("ok\n");
}
