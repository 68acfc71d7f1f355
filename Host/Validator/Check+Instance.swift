extension Check {
    /// Checks of instances: made, driven, saved, compared. Each gets its own process.
    static let ofInstances = [
        Check(
            21, .life, "leaves nothing behind after 1000 rounds of create and destroy",
            reason: "Sweeps make an instance for each parameter set.",
            reproduction: "destroy that does not free what create allocated",
            fix: "Release in destroy all that create took."),
        Check(
            22, .life, "goes on while other instances are made and destroyed",
            reason: "Accounts start and stop a plugin while others trade with it.",
            reproduction: "destroy that frees a table which all instances share",
            fix: "Let every instance own all that it uses."),
        Check(
            23, .state, "meets save before any batch, and load over another state",
            reason: "The host saves and loads between any two batches.",
            reproduction: "load that adds to what is there",
            fix: "Let load replace the whole state, and save write it at any time."),
        Check(
            24, .life, "shares no state between instances",
            reason: "Two accounts that run one plugin must not move each other's orders.",
            reproduction: "static double ema;",
            fix: "Keep everything in `self`."),
        Check(
            25, .life, "leaves nothing behind when create fails, and says why",
            reason: "A form that is filled in wrongly is tried again and again.",
            reproduction: "create that allocates, then returns an error without freeing",
            fix: "Check first, allocate then; fill in the text of out_error."),
        Check(
            26, .life, "answers the same when two instances run at one time",
            reason: "Accounts are driven on lanes of their own, side by side.",
            reproduction: "static double scratch[64];  // written and read in on_batch",
            fix: "Keep scratch room in `self` or on the stack; share constants only."),
        Check(
            27, .batch, "takes no memory on batches once it is warm",
            reason: "malloc may lock, ask the system and take its time while the market moves.",
            reproduction: "char *text = malloc(64); ... free(text);  // in on_batch",
            fix: "Take memory in create, keep what grows at its largest size."),
        Check(
            28, .batch, "does not write into batches",
            reason: "All plugins of a run read the same memory; in a worker it is read only.",
            reproduction: "((int64_t *)batch->bars->close)[0] = 1;",
            fix: "Copy what is to be changed."),
        Check(
            29, .batch, "writes only where it has room",
            reason: "Behind its intents lies memory of the host.",
            reproduction: "Add intents without comparing count with capacity.",
            fix: "Stop at `capacity` and at `text_capacity`; the kits do."),
        Check(
            30, .batch, "reads batches of every size, and says nothing on an empty one",
            reason: "The host cuts batches as it likes, and a result must not depend on it.",
            reproduction: "batch->bars->close[batch->count - 1] without a look at count",
            fix: "Loop over count; set out_consumed to what was read."),
        Check(
            31, .batch, "reads gaps, doubled rows, empty sides and jumps of time",
            reason: "Venues send all of them.",
            reproduction: "Divide by the distance of two times.",
            fix: "Expect equal times, zero volume, bid or ask 0 and hours without data."),
        Check(
            32, .batch, "answers extreme prices in range, or refuses in an orderly way",
            reason: "A number that is none reaches orders as a size.",
            reproduction: "confidence = move / deviation  // 0 / 0",
            fix: "Test with isfinite before it is said; return an error if nothing can be said."),
        Check(
            33, .batch, "answers the same however batches are cut",
            reason: "Backtest, live and replay cut them differently and must agree bit for bit.",
            reproduction: "Reset a counter at the start of on_batch.",
            fix: "Let state depend on events only; stop after the time group of an intent."),
        Check(
            34, .batch, "takes its time for no batch, and no more memory in a long run",
            reason: "A batch that takes long is stopped; what grows for months ends the host.",
            reproduction: "rows = realloc(rows, ++count * sizeof *rows);  // for every bar",
            fix: "Keep windows of a fixed length, and work that grows with them. "
                + "--soak MINUTES runs for longer."),
        Check(
            35, .batch, "ignores reports on orders that are not its own or have ended",
            reason: "Reports come late and twice, and orders of people are in the same account.",
            reproduction: "if (own_orders->state[row] == RIALTO_ORDER_CANCELED) place_again(self);",
            fix: "Compare order_id with those that still work, and leave the others."),
        Check(
            36, .batch, "answers in the form of the contract",
            reason: "The host refuses other intents and ends the instance.",
            reproduction: "An order with quantity 0, or for row == batch->count",
            fix: "See intents.h and forecasts.h; no more than intents_per_group in a time group."),
        Check(
            37, .state, "goes on in another process after it was stopped in between",
            reason:
                "The watchdog stops a process; another loads the last state, or hears all again.",
            reproduction: "save that writes a pointer, or an address made into a number",
            fix: "Save values: indexes, prices, counts. Rebuild pointers in load."),
        Check(
            38, .load, "has parameter defaults in their own range",
            reason: "An instance that is given nothing is made with them.",
            reproduction: "lowest 2, initial 1",
            fix: "Move the default or the range."),
        Check(
            39, .load, "takes every parameter within its bounds, or says why not",
            reason: "Sweeps and people try all of the range that is declared.",
            reproduction: "lowest 0 for a length that is divided by",
            fix: "Narrow the range, or refuse in create with a text that names the parameters."),
        Check(
            40, .state, "goes on after loading as if nothing had been",
            reason: "A crashed worker is replaced by one that loads the last state.",
            reproduction: "save that leaves one field out",
            fix: "Save all that on_batch reads and changes."),
        Check(
            41, .state, "saves and loads in pieces of any size",
            reason: "Streams are cut where the host likes.",
            reproduction: "read(host, &state, sizeof state, &n) without a look at n",
            fix: "Loop until all is written or read."),
        Check(
            42, .state, "refuses damaged state and stays as created",
            reason: "Disks fail and versions change; a crash on load is a crash in a loop.",
            reproduction: "malloc of a length that was read from the state",
            fix: "Check schema, sizes and ranges; return RIALTO_ERROR_STATE."),
        Check(
            43, .state, "loads the state of former versions, or refuses it cleanly",
            reason: "An upgrade finds the state that the version before has saved.",
            reproduction: "load that reads fields of version 2 from a state of version 1",
            fix: "Raise `schema` with the layout; load the old ones or answer RIALTO_ERROR_STATE. "
                + "Give former libraries with --previous FILE."),
        Check(
            44, .replay, "answers one replay the same in every process, and through its own states",
            reason: "A record is recomputed by others, and a journal is replayed.",
            reproduction: "Use an address, the clock or an unseeded random number.",
            fix: "Let everything come from events, parameters and services.random."),
        Check(
            46, .calls, "keeps to the contract in generated calls of every function of it",
            reason: "Later hosts send longer structs, wider items and streams that break.",
            reproduction: "intents->items[i] as an array, without a look at item_size",
            fix: "Find item i at i * item_size, write known fields only, and pass on what a "
                + "stream answers. The finding names the call: repeat it with --seed and --calls."),
        Check(
            47, .exchange, "encodes orders that read back as asked for, and reads any answer",
            reason: "The host sends what the bytes say, and a venue answers whatever it likes.",
            reproduction: "read_back that returns the terms of the last encode",
            fix: "Read the terms from the bytes. Answer RIALTO_NOT_FOUND to what is no order, and "
                + "an error output to an answer that has no form."),
    ]
}
