import Foundation

/// Something that a plugin must not do, and what becomes of it.
struct HostileDeed: Sendable {
    let name: String
    /// C of `on_batch`, which is called with a few hundred bars.
    var body = ""
    /// C before all functions.
    var top = ""
    /// What the host says of the plugin; in any order of these words.
    let cause: [String]
    /// The same under AddressSanitizer, where it differs: it has no limit of memory, and it looks.
    var causeSanitized: [String]?

    /// What is said of it by the launcher that is used here.
    var causeHere: [String] { isSanitized ? causeSanitized ?? cause : cause }
}

/// Whether the launcher is the one of `scripts/prove sanitizers`.
private let isSanitized =
    ProcessInfo.processInfo.environment["RIALTO_WORKER"]?.contains("sanitizers/") == true

/// In the body: writes a text that the host would carry out.
private let tell = """
    static void tell(rialto_intents_t *intents, const char *text, size_t size) {
        char *place = (char *)intents->items + (size_t)intents->count++ * intents->item_size;
        rialto_intent_t *intent = (rialto_intent_t *)place;
        if (size > 4000) size = 4000;
        intent->struct_size = sizeof(rialto_intent_t);
        intent->kind = RIALTO_INTENT_NOTE;
        memcpy(intents->text, text, size);
        intents->text_count = (uint32_t)size;
        intent->text_size = (uint32_t)size;
    }
    """

/// Deeds that end the plugin.
let hostileDeeds: [HostileDeed] = [
    HostileDeed(
        name: "touches memory that is not there", body: "*(volatile int *)8 = 1;",
        cause: ["SIGSEGV", "offset", "quarantined"]),
    HostileDeed(name: "aborts", body: "abort();", cause: ["SIGABRT"]),
    HostileDeed(
        name: "divides by zero",
        body: "volatile int zero = 0; *out_consumed = 7777 / zero;", cause: ["SIGFPE"]),
    HostileDeed(
        name: "computes without end", body: "for (volatile int i = 0;; i++) {}",
        cause: ["computed for more than"]),
    HostileDeed(
        name: "takes all memory",
        body: "for (;;) { char *volatile m = malloc(1 << 24); m[0] = 1; }",
        cause: ["SIGSEGV"], causeSanitized: ["computed for more than"]),
    HostileDeed(
        name: "overflows its stack", body: "*out_consumed = (uint32_t)deep(1);",
        top: """
            static long deep(long n) {
                volatile char room[4096];
                room[n % 4096] = (char)n;
                return deep(n + 1) + room[(n + 1) % 4096];
            }
            """, cause: ["SIGSEGV"]),
    HostileDeed(
        name: "writes past its heap",
        body: "char *volatile m = malloc(16); memset(m, 65, 1 << 20); free(m);",
        cause: ["SIG"], causeSanitized: ["with code 99"]),
    HostileDeed(
        name: "writes into what it is given",
        body: "((int64_t *)(uintptr_t)batch->bars->close)[0] = 1;", cause: ["SIGSEGV"]),
    HostileDeed(
        name: "starts processes", body: "for (;;) fork();",
        top: "#include <unistd.h>", cause: ["system call clone"]),
    HostileDeed(
        name: "runs a program", body: "execl(\"/bin/sh\", \"sh\", (char *)0);",
        top: "#include <unistd.h>", cause: ["system call execve"]),
    HostileDeed(
        name: "starts a thread",
        body: "pthread_t t; pthread_create(&t, 0, idle, 0);",
        top: "#include <pthread.h>\nstatic void *idle(void *x) { return x; }",
        cause: ["system call"]),
    HostileDeed(
        name: "closes descriptors", body: "for (int i = 0; i < 64; i++) close(i);",
        top: "#include <unistd.h>", cause: ["system call close"]),
    HostileDeed(
        name: "opens a socket", body: "socket(AF_INET, SOCK_STREAM, 0);",
        top: "#include <sys/socket.h>", cause: ["system call socket"]),
    HostileDeed(
        name: "traces its parent", body: "ptrace(PTRACE_ATTACH, getppid(), 0, 0);",
        top: "#include <sys/ptrace.h>\n#include <unistd.h>", cause: ["system call"]),
    HostileDeed(
        name: "kills its parent", body: "kill(-1, 9); kill(getppid(), 9);",
        top: "#include <signal.h>\n#include <unistd.h>", cause: ["system call kill"]),
    HostileDeed(
        name: "takes the signals away",
        body: "signal(SIGSYS, SIG_IGN); socket(2, 1, 0);",
        top: "#include <signal.h>\n#include <sys/socket.h>",
        cause: ["system call rt_sigaction"]),
    HostileDeed(
        name: "puts code into memory",
        body:
            "mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);",
        top: "#include <sys/mman.h>", cause: ["system call mmap"]),
    HostileDeed(
        name: "makes writable what it is given",
        body: """
            uintptr_t place = (uintptr_t)batch->bars->close;
            mprotect((void *)(place & ~4095ul), 4096, PROT_READ | PROT_WRITE);
            *(volatile int64_t *)place = 1;
            """, top: "#include <sys/mman.h>", cause: ["SIGSEGV"]),
    HostileDeed(
        name: "takes memory beside its limit",
        body: "mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);",
        top: "#include <sys/mman.h>", cause: ["system call mmap"]),
    HostileDeed(
        name: "maps what it was started with",
        body: "mmap(0, 4096, PROT_READ, MAP_SHARED, 7, 0);",
        top: "#include <sys/mman.h>", cause: ["system call mmap"]),
    HostileDeed(
        name: "asks for more of the kernel",
        body: "syscall(SYS_io_uring_setup, 1, 0);",
        top: "#include <sys/syscall.h>\n#include <unistd.h>",
        cause: ["system call io_uring_setup"]),
    HostileDeed(
        name: "makes namespaces", body: "unshare(CLONE_NEWUSER);",
        top: "#include <sched.h>", cause: ["system call unshare"]),
    HostileDeed(
        name: "loads another program's code", body: "bpf();",
        top: """
            #include <sys/syscall.h>
            #include <unistd.h>
            static void bpf(void) { syscall(SYS_bpf, 5, 0, 0); }
            """, cause: ["system call bpf"]),
    HostileDeed(name: "exits", body: "exit(0);", cause: ["ended its process with code 0"]),
    HostileDeed(
        name: "exits in another way", body: "_exit(7);", top: "#include <unistd.h>",
        cause: ["ended its process with code 7"]),
    HostileDeed(
        name: "says that it read nothing", body: "*out_consumed = 0;",
        cause: ["read nothing"]),
    HostileDeed(
        name: "says that it read more than there is",
        body: "*out_consumed = batch->count + 1;", cause: ["broke a rule"]),
    HostileDeed(
        name: "says that it wrote more than fits", body: "intents->count = 0xFFFFFFFF;",
        cause: ["more than fit"]),
    HostileDeed(
        name: "moves the buffer that the host reads",
        body: "put(intents, RIALTO_INTENT_NOTE)->text_size = 1u << 31; intents->items = 0;",
        cause: ["text lies outside"]),
    HostileDeed(
        name: "reads the processor's clock", body: "(void)__builtin_ia32_rdtsc();",
        cause: ["time-stamp counter"]),
    HostileDeed(
        name: "asks for the time",
        body: "struct timespec now; clock_gettime(CLOCK_MONOTONIC, &now);",
        top: "#include <time.h>", cause: ["r"]),
    HostileDeed(
        name: "writes without end to its output",
        body: "for (;;) puts(\"all work and no play\");", top: "#include <stdio.h>",
        cause: ["computed for more than"]),
    HostileDeed(
        name: "forges the answer's number",
        body: """
            // The answer begins below what the plugin may write its intents into.
            for (uint32_t *word = (uint32_t *)intents; ; word--) {
                if (((uintptr_t)word & 4095) == 0) { *word += 1; break; }
            }
            for (volatile int i = 0;; i++) {}
            """, cause: ["r"]),
]

/// Deeds that try to carry a secret out. In each the body writes what it found as a note.
let thefts: [HostileDeed] = [
    HostileDeed(
        name: "reads a file",
        body: """
            static char text[4096];
            int file = open(CANARY_FILE, O_RDONLY);
            ssize_t size = file < 0 ? 0 : read(file, text, sizeof text);
            if (size > 0) tell(intents, text, (size_t)size);
            """, top: "#include <fcntl.h>\n#include <unistd.h>\n" + tell,
        cause: ["system call open"]),
    HostileDeed(
        name: "reads the environment",
        body: """
            const char *text = getenv("RIALTO_CANARY");
            if (text != NULL) tell(intents, text, strlen(text));
            """, top: tell, cause: []),
    HostileDeed(
        name: "reads the file of the host's memory",
        body: """
            static char path[64], text[64];
            snprintf(path, sizeof path, "/proc/%d/mem", CANARY_PROCESS);
            int file = open(path, O_RDONLY);
            ssize_t size = file < 0 ? 0 : pread(file, text, 40, (off_t)CANARY_PLACE);
            if (size > 0) tell(intents, text, (size_t)size);
            """, top: "#include <fcntl.h>\n#include <stdio.h>\n#include <unistd.h>\n" + tell,
        cause: ["system call open"]),
    HostileDeed(
        name: "reads memory of the host",
        body: """
            static char text[64];
            struct iovec to = {text, 60}, from = {(void *)CANARY_PLACE, 60};
            ssize_t size = process_vm_readv(CANARY_PROCESS, &to, 1, &from, 1, 0);
            if (size > 0) tell(intents, text, (size_t)size);
            """, top: "#include <sys/uio.h>\n" + tell, cause: ["system call process_vm_readv"]),
    HostileDeed(
        name: "steals before it is asked anything",
        body: "if (stolen > 0) tell(intents, loot, (size_t)stolen);",
        top: """
            #include <fcntl.h>
            #include <unistd.h>
            static char loot[4096];
            static ssize_t stolen;
            __attribute__((constructor)) static void steal(void) {
                int file = open(CANARY_FILE, O_RDONLY);
                if (file >= 0) stolen = read(file, loot, sizeof loot);
            }
            """ + "\n" + tell, cause: []),
]
