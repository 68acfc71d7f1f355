/// A plugin that fails a check, and what else it fails for the same reason.
struct BadPlugin {
    /// The check that it is made for.
    let check: Int
    let name: String
    /// Other checks that fail with it.
    let consequences: Set<Int>
    let source: HonestSource
    /// Added to the way it is built.
    let flags: [String]

    init(
        _ check: Int, _ name: String, consequences: Set<Int> = [], flags: [String] = [],
        _ change: (inout HonestSource) -> Void = { _ in }
    ) {
        self.check = check
        self.name = name
        self.consequences = consequences
        self.flags = flags
        var source = HonestSource()
        change(&source)
        self.source = source
    }
}

/// Checks that hand market data to an instance.
private let driven: Set<Int> = [
    22, 23, 24, 26, 27, 28, 29, 30, 31, 32, 33, 34, 36, 37, 39, 40, 41, 42, 44, 46,
]

let badFiles = [
    BadPlugin(1, "has no note") { $0.note = "" },
    BadPlugin(3, "exports a helper") {
        $0.top = """
            __attribute__((visibility("default"))) int helper(void);
            int helper(void) { return 1; }
            """
    },
    BadPlugin(4, "searches libraries elsewhere", flags: ["-Wl,-rpath,/tmp"]),
    BadPlugin(4, "binds lazily", flags: ["-Wl,-z,lazy"]),
    BadPlugin(4, "has an executable stack", consequences: [26], flags: ["-Wl,-z,execstack"]),
    BadPlugin(5, "uses static thread-local storage") {
        $0.top = "static __thread int own __attribute__((tls_model(\"initial-exec\")));"
        $0.batch = "own++;"
    },
    BadPlugin(
        6, "needs a library that is not there", consequences: [11],
        flags: ["-Wl,--no-as-needed", "-lz"]),
    BadPlugin(7, "imports socket") {
        $0.top = "#include <sys/socket.h>"
        $0.batch = "if (batch->count > 9999999) socket(AF_INET, SOCK_STREAM, 0);"
    },
    BadPlugin(8, "works in a constructor") {
        $0.top = """
            static volatile int early;
            __attribute__((constructor)) static void begin(void) { early = 1; }
            """
    },
    BadPlugin(8, "finds a function by running code") {
        $0.top = """
            static int real(void) { return 3; }
            static int (*choose(void))(void) { return real; }
            static int chosen(void) __attribute__((ifunc("choose")));
            """
        $0.batch = "if (chosen() != 3) return RIALTO_ERROR;"
    },
    BadPlugin(9, "has no build id", flags: ["-Wl,--build-id=none"]),
    BadPlugin(48, "has a Swift module that nobody knows") {
        $0.note = #"RIALTO_WRITE_NOTE("org.example.honest", "1.0.0", "swift", __VERSION__);"#
    },
]

let badLoads = [
    BadPlugin(11, "misses a function") {
        $0.top = "extern int nowhere(void);"
        $0.batch = "if (batch->count > 9999999) nowhere();"
    },
    BadPlugin(12, "takes its time") {
        $0.entry = "static int done; if (!done++) for (volatile long i = 0; i < 1500000000; i++) {}"
    },
    BadPlugin(13, "rounds up", flags: ["-lm"]) {
        $0.top = "#include <fenv.h>"
        $0.entry = "fesetround(FE_UPWARD);"
    },
    BadPlugin(13, "opens a socket", consequences: [7, 11]) {
        $0.top = "#include <sys/socket.h>"
        $0.entry = "if (socket(AF_INET, SOCK_STREAM, 0) < 0) return RIALTO_ERROR;"
    },
    BadPlugin(14, "answers with new tables each time", consequences: [16, 17, 46]) {
        $0.answer = """
            rialto_library_t *copy = malloc(sizeof library);
            if (copy == NULL) return RIALTO_ERROR_MEMORY;
            *copy = library;
            *out_library = copy;
            """
    },
    BadPlugin(15, "takes every host", consequences: [46]) { $0.refusal = "" },
    BadPlugin(16, "wants its own minor", consequences: [46]) {
        $0.refusal += "if (host->abi_minor != RIALTO_ABI_MINOR) return RIALTO_ERROR_ABI;"
    },
    BadPlugin(17, "writes fields that it does not know", consequences: [46]) {
        $0.entry = """
            if (out_error->struct_size > sizeof(rialto_error_t))
                memset((char *)out_error + sizeof(rialto_error_t), 0, 16);
            """
    },
    BadPlugin(18, "has a table for everything", consequences: [19, 46]) {
        $0.extensions = "(void)id; return &need;"
    },
    BadPlugin(19, "reads the front of an id") {
        $0.extensions = """
            return id.size >= 15 && memcmp(id.data, "rialto.series/1", 15) == 0 ? &need : NULL;
            """
    },
    BadPlugin(20, "has a version of two numbers") { $0.version = "1.0" },
    BadPlugin(38, "has a default out of range") {
        $0.parameter = "NUMBER(1), NUMBER(9), NUMBER(1), NUMBER(10)"
    },
]

/// Of `on_batch`: places an order now and then, and again for whatever is canceled.
private let readsReports = """
    int64_t last = 0;
    for (uint32_t entry = 0; entry < batch->count; entry++) {
        const uint32_t kind = batch->order_kind ? batch->order_kind[entry] : batch->single_kind;
        const uint32_t row = batch->order_row ? batch->order_row[entry] : entry;
        const int is_report = kind == RIALTO_KIND_OWN_ORDERS;
        const int64_t now = is_report ? batch->own_orders->time_ns[row] : batch->bars->time_ns[row];
        if (intents->count > 0 && now != last) {
            *out_consumed = entry;
            return RIALTO_OK;
        }
        last = now;
        if (!is_report) self->sum = (self->sum * 31 + batch->bars->close[row]) % 1000003;
        if (is_report ? batch->own_orders->state[row] != RIALTO_ORDER_CANCELED : self->sum % 7 != 0)
            continue;
        rialto_intent_t *order = put(intents, RIALTO_INTENT_ORDER, entry);
        order->order_id = ++self->place;
        order->quantity = 1;
        order->side = RIALTO_BUY;
        order->order_type = RIALTO_ORDER_MARKET;
    }
    return RIALTO_OK;
    """

let badInstances = [
    BadPlugin(21, "leaks on destroy") { $0.destroy = "(void)instance;" },
    BadPlugin(22, "frees a table that all share", consequences: [44, 46]) {
        $0.top = "static int64_t *table;"
        $0.after = "if (table == NULL) table = calloc(64, sizeof *table);"
        $0.batch = "table[0]++;"
        $0.destroy = "free(instance); free(table); table = NULL;"
    },
    BadPlugin(26, "computes in room that all share") {
        $0.top = "static volatile int64_t scratch;"
        $0.row = """
            scratch = close;
            for (volatile int i = 0; i < 300; i++) {}
            self->sum = (self->sum + scratch) % 1000003;
            """
    },
    BadPlugin(34, "keeps every row", consequences: [22, 27]) {
        $0.row = "void *volatile own = malloc(16); (void)own;"
    },
    BadPlugin(35, "places an order again that it hears of as canceled") {
        $0.top = """
            static rialto_need_t wishes[] = {
                {sizeof(rialto_need_t), RIALTO_KIND_OWN_ORDERS, RIALTO_NONE, 0, 0},
                {sizeof(rialto_need_t), RIALTO_KIND_BARS, RIALTO_NONE, 0, 0}};
            static rialto_intent_t *put(rialto_intents_t *intents, uint32_t kind, uint32_t row);
            """
        $0.needs = "out_needs->need_count = 2; out_needs->needs = wishes;"
        $0.batch = readsReports
    },
    BadPlugin(37, "saves what is the process's own") {
        $0.top = """
            #include <sys/auxv.h>
            static uint64_t own(void) { return *(const uint64_t *)getauxval(AT_RANDOM); }
            """
        $0.written = "honest_t kept = *self; kept.place = own();"
        $0.loaded = "if (kept.place != own()) return RIALTO_ERROR_STATE;"
    },
    BadPlugin(39, "divides by the lowest of its range") {
        $0.parameter = "NUMBER(0), NUMBER(9), NUMBER(1), NUMBER(3)"
        $0.before = """
            rialto_value_t given = {0};
            services->parameter(services->host, 1, &given);
            volatile int64_t share = 9 / given.integer;
            (void)share;
            """
    },
    BadPlugin(23, "cannot save before it has run", consequences: [46]) {
        $0.written = "if (self->calls == 0) return RIALTO_ERROR; honest_t kept = *self;"
    },
    BadPlugin(24, "keeps its state in a global", consequences: [22, 23, 26, 33, 37, 40, 41, 44]) {
        $0.top = "static int64_t shared;"
        $0.row = "shared = (shared * 31 + close) % 1000003; self->sum = shared;"
    },
    BadPlugin(25, "leaks when it refuses") {
        $0.top = "static void *volatile kept;"
        $0.before = """
            const rialto_instruments_t *given = NULL;
            services->instruments(services->host, &given);
            if (given != NULL && given->count == 0) kept = malloc(64);
            """
    },
    BadPlugin(27, "takes memory for each row") {
        $0.row = "void *volatile own = malloc(16); free(own);"
    },
    BadPlugin(28, "writes into batches", consequences: [46]) {
        $0.batch = "if (batch->count > 0) ((int64_t *)(uintptr_t)batch->bars->volume)[0] = 1;"
    },
    BadPlugin(29, "writes behind its text", consequences: driven) {
        $0.batch = "if (batch->count > 0) intents->text[intents->text_capacity] = 1;"
    },
    BadPlugin(30, "answers an empty batch", consequences: [46]) {
        $0.batch = "if (batch->count == 0) put(intents, RIALTO_INTENT_TARGET, 0);"
    },
    BadPlugin(31, "divides by the volume", consequences: [46]) {
        $0.row = "self->calls += close / batch->bars->volume[row];"
    },
    BadPlugin(32, "puts a stop below zero", consequences: [46]) {
        $0.row = "if (close < 3) put(intents, RIALTO_INTENT_TARGET, row)->stop_price = close - 3;"
    },
    BadPlugin(33, "counts its calls", consequences: [44]) {
        $0.batch = "self->sum += self->calls;"
    },
    BadPlugin(33, "peeks at the next row", consequences: [44, 46]) {
        $0.row = """
            if (self->sum % 8 == 0 && row + 2 < batch->count && batch->bars->close[row + 2] > close)
                put(intents, RIALTO_INTENT_TARGET, row)->quantity = 5;
            """
    },
    BadPlugin(36, "wants an instrument that is not its own", consequences: driven.subtracting([29]))
    {
        $0.row = "if (row == 1) put(intents, RIALTO_INTENT_TARGET, row)->instrument = 77;"
    },
    BadPlugin(40, "leaves a field out", consequences: [37, 41, 44]) {
        $0.written = "honest_t kept = *self; kept.sum = 0;"
    },
    BadPlugin(41, "writes and reads once") { $0.piecewise = false },
    BadPlugin(42, "believes a length that it reads", consequences: [46]) {
        $0.top = "static char table[64];"
        $0.loaded = "memset(table, 1, kept.place);"
    },
    BadPlugin(44, "draws from the process", consequences: [37]) {
        $0.top = "#include <sys/auxv.h>"
        $0.row = "self->sum += *(const unsigned char *)getauxval(AT_RANDOM);"
    },
    BadPlugin(46, "takes its items for an array") { $0.stride = "sizeof(rialto_intent_t)" },
    BadPlugin(46, "reads one row too many") {
        $0.row = "if (batch->bars->close[row + 1] == 77) self->calls++;"
    },
    BadPlugin(46, "takes a write that failed for done") { $0.unwritten = "return RIALTO_OK;" },
    BadPlugin(46, "clears the needs as far as they go") {
        $0.after =
            "memset((char *)out_needs + 4, 1, out_needs->struct_size - 4);"
            + " out_needs->intents_per_group = 0;"
    },
]
