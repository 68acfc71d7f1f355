import RialtoBacktest
import RialtoConfiguration
import RialtoHistory
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

private let millisecond: Int64 = 1_000_000

/// C text of a strategy that wants one unit once a trade prints at 1050.
private let buyer = rogueSource(
    """
    for (uint32_t row = 0; row < batch->count; row++) {
        if (batch->trades->price[row] != 1050) continue;
        rialto_intent_t *intent = put(intents, RIALTO_INTENT_TARGET);
        intent->row = row;
        intent->quantity = 1;
    }
    """, id: "org.rialto.test.buyer",
    needs: ["TRADES"])

/// A trade each 10 ms at 1000, 1001, ..., which mostly took 8 ms, now and then none, and 35 ms
/// where the strategy acts on it; all by a clock that is ahead of the venue's.
private func filledAt(
    clockAhead_ms ahead: Int64, _ latency: String, batchLimit: Int = 4096
) throws -> [Int64] {
    let scratch = try ScratchFolder()
    var trades = try SeriesBuilder(
        SeriesDefinition(instrument: sketchCoin("A/USD"), kind: .trades, interval_ns: 0))
    for index in 0..<100 as Range<Int64> {
        let time = MarketSketch.start + index * 10 * millisecond
        let took: Int64 = index == 50 ? 35 : index % 7 == 0 ? 0 : 8
        try trades.append(
            trade: time, venue_time_ns: time - (took + ahead) * millisecond, price: 1000 + index,
            quantity: 5, takerSide: 1)
    }
    try HistoryFolder(path: scratch.path + "/history").write(trades.finish())
    try installSource(buyer, name: "buyer", in: scratch.path + "/plugins")
    let text = """
        data: \(scratch.path)
        batch_limit: \(batchLimit)
        instruments: [{ name: A/USD, kind: trades }]
        venue: { latency: { \(latency) } }
        accounts:
          - id: main
            equity: 100000
            strategies: [{ id: a, plugin: org.rialto.test.buyer, capital: 100000 }]

        """
    let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
    let outcome = try Backtest(
        try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"])
    ).execute()
    return Array((try RunTables(outcome))["fills"].integers("price"))
}

@Suite struct `Latency as recorded` {
    @Test(
        arguments: [
            // 35 ms, so the fourth trade after that of the order: the clocks agree, or the host's
            // is behind, or how far it is ahead is known or found.
            (0, "recorded: true", 1054), (-20, "recorded: true", 1054),
            (20, "recorded: true, clock_offset: 20ms", 1054),
            (20, "recorded: true, clock_offset: least", 1054),
            (-20, "recorded: true, clock_offset: -20ms", 1054),
            (-20, "recorded: true, clock_offset: least", 1054),
            // A clock that is ahead makes all slower; one stated too far ahead nothing negative.
            (20, "recorded: true", 1056), (0, "recorded: true, clock_offset: 2s", 1051),
            // On top of what every message takes.
            (-20, "recorded: true, order: 10ms", 1055), (0, "order: 0s", 1051),
        ] as [(Int64, String, Int64)])
    func `is what events took, without the difference of two clocks`(
        ahead: Int64, latency: String, price: Int64
    ) throws {
        for limit in [4096, 1] {
            let found = try filledAt(clockAhead_ms: ahead, latency, batchLimit: limit)
            #expect(found == [price], "batch limit \(limit)")
        }
    }
}
