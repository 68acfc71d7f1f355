extension Check {
    /// Checks of the file; no code of it runs.
    static let ofFile = [
        Check(
            1, .file, "is a library for this machine with a Rialto note",
            reason: "The host decides by the note, before any code of the plugin runs.",
            reproduction: "cc -shared -fPIC empty.c -o empty.so",
            fix: "Write the note once: RIALTO_WRITE_NOTE(id, version, language, compiler) in C and "
                + "C++; the kits of Swift and Rust show theirs."),
        Check(
            2, .file, "is what its manifest says",
            reason: "The author signs the manifest; a digest that differs is another file.",
            reproduction: "Build again after rialto plugin manifest.",
            fix: "rialto plugin manifest FILE after the last build."),
        Check(
            3, .file, "exports rialto_plugin_entry and nothing else",
            reason: "A second export can take the place of another library's function.",
            reproduction: "int helper(void) { return 1; }  // without -fvisibility=hidden",
            fix: "Link with -Wl,--version-script=exports.map of PluginAPI/link."),
        Check(
            4, .file, "is linked so that it is hard to abuse",
            reason: "A search path of the author's machine, writable code, an executable stack or "
                + "tables that stay writable turn a small mistake into a way in.",
            reproduction: "cc -shared -fPIC -Wl,-rpath,/tmp -Wl,-z,execstack plugin.c",
            fix: "Link with -Wl,-z,relro,-z,now and without -rpath; of Swift with "
                + "-no-toolchain-stdlib-rpath."),
        Check(
            5, .file, "uses no static thread-local storage",
            reason: "A process has little of it: one plugin too many and dlopen fails.",
            reproduction: "__thread int n __attribute__((tls_model(\"initial-exec\")));",
            fix: "Keep state in the instance; leave -ftls-model at its default."),
        Check(
            6, .file, "needs only libraries that a worker has",
            reason: "A worker can open no file but the plugin: other libraries are not there.",
            reproduction: "cc -shared -fPIC plugin.c -Wl,--no-as-needed -lz",
            fix: "Link the library into the plugin, or do without it."),
        Check(
            7, .file, "imports nothing beyond computing",
            reason: "A plugin opens no file, socket, clock, process or thread of its own. What it "
                + "imports it means to call, and a worker stops it when it does.",
            reproduction: "#include <sys/socket.h>  ... socket(AF_INET, SOCK_STREAM, 0);",
            fix: "Ask the host: events carry time, services give random numbers and files, an "
                + "exchange plugin describes its requests."),
        Check(
            8, .file, "runs no code of its own on loading",
            reason: "A constructor runs before the host has asked for anything.",
            reproduction: "__attribute__((constructor)) static void early(void) { work(); }",
            fix: "Do it in create. In C++ make globals constexpr, or move them into the instance."),
        Check(
            9, .file, "states its license and carries a build id",
            reason: "Without a license nobody may use it, without a build id no crash is read.",
            reproduction: "cc -shared -fPIC -Wl,--build-id=none plugin.c",
            fix: "Link with -Wl,--build-id; fill in `license` with an SPDX expression."),
        Check(
            10, .file, "comes out of its sources again, bit for bit",
            reason: "Whoever builds it again sees that the file is of these sources and no others.",
            reproduction: "const char *built = __DATE__ __TIME__;",
            fix: "Build without times and paths: -ffile-prefix-map, SOURCE_DATE_EPOCH. Give a "
                + "second build from another folder with --rebuilt FILE."),
        Check(
            45, .file, "asks for no newer libc or libstdc++ than the platform's",
            reason: "A library built on a newer system does not load on Debian 12, the baseline.",
            reproduction: "Build on a system with glibc 2.38 and call strtol.",
            fix: "Build on Debian 12 or in a container of it."),
        Check(
            48, .file, "has a Swift module that is named after its id",
            reason: "Two Swift plugins whose modules have one name confuse each other's types.",
            reproduction: "swiftc -module-name Strategy ...  // id com.example.mine",
            fix: "Join the words of the id, each with a capital: com.example.my-plugin is "
                + "ComExampleMyPlugin."),
    ]
}
