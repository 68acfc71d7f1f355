import RialtoBacktest
import RialtoConfiguration
import RialtoHistory
import RialtoPluginHost
import RialtoTestSupport
import RialtoText
import RialtoValues
import Testing

private let hour: Int64 = 3_600_000_000_000

private func time(_ text: String) -> Int64 { UnixTime.parse(text.utf8) ?? 0 }

private func contract(_ name: String, _ kind: InstrumentKind, currency: String) -> Instrument {
    Instrument(
        name: name, venue: "", kind: kind, priceDecimals: 2, quantityDecimals: 0, priceStep: 1,
        quantityStep: 1, currency: currency, multiplier: 1)
}

/// A folder with hourly bars: first rising, so that averages cross, then at 60 % of the price.
private func folder(_ instruments: [Instrument], fall: Int64 = 60) throws -> ScratchFolder {
    let scratch = try ScratchFolder()
    try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path + "/plugins")
    let folder = HistoryFolder(path: scratch.path + "/history")
    for instrument in instruments {
        var builder = try SeriesBuilder(
            SeriesDefinition(instrument: instrument, kind: .bars, interval_ns: hour))
        for index in 1...40 as ClosedRange<Int64> {
            let rising: Int64 = index < 10 ? 10_000 - index : 10_000 + index
            let price = index < 30 ? rising : rising * fall / 100
            try builder.append(
                bar: time("2021-01-01") + index * hour, open: price, high: price, low: price,
                close: price, volume: 10)
        }
        try folder.write(builder.finish())
    }
    return scratch
}

private let tiers = """
    venue:
      liquidation_fee_bps: 100
      margin_tiers: [{ from: 0, leverage: 20, maintenance: 0.02 }]
    """

private func backtest(
    _ scratch: ScratchFolder, _ names: [String], extra: String, account: String
) throws -> Backtest {
    let series = names.map { "{ name: \($0), interval: 1h }" }.joined(separator: ", ")
    let text = """
        data: \(scratch.path)
        instruments: [\(series)]
        \(extra)
        accounts:
          - id: main
            equity: 1000
            \(account)
            strategies:
              - { id: a, plugin: org.rialto.sma-cross, capital: 1000, instruments: [\(names[0])],
                  parameters: { fast: 2, slow: 5, quantity: 50 } }

        """
    let document = try ConfigDocument(Array(text.utf8), file: "run.yaml")
    return Backtest(
        try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"]))
}

@Suite struct `A run file with contracts` {
    @Test func `borrows, pays funding, is liquidated, and its books add up`() throws {
        let scratch = try folder([contract("P/USD", .linear, currency: "USD")])
        let record = try InstrumentRecord(
            "P/USD", calendar: .always,
            actions: [
                InstrumentAction(
                    time_ns: time("2021-01-01") + 20 * hour + 1, .funding(rate_e9: 1_000_000))
            ])
        try HistoryFolder(path: scratch.path + "/history").write(record)
        let run = try backtest(
            scratch, ["P/USD"], extra: tiers, account: "margin: { mode: cross, leverage: 10 }")
        #expect(run.problems().isEmpty)
        let tables = try RunTables(try run.execute()), summary = RunSummary(tables)
        let payments = PaymentSummary.sums(tables)
        // 50 x 100.20 x 0.1 %
        #expect(payments.map(\.kind) == ["funding"])
        let paid = payments.map { Double($0.amount / 10_000_000_000_000) / 100_000 }
        #expect(paid == [-5.01])
        #expect(Array(tables["orders"].integers("purpose")) == [1, 5])
        #expect(summary.addsUp && summary.accounts[0].trading.trades == 1)
        let left = try #require(summary.accounts.first?.end)
        #expect(left < 0, "a gap beyond the equity is told, not denied")
    }

    @Test func `pays in full without margin, and then cannot buy so much`() throws {
        let scratch = try folder([contract("P/USD", .linear, currency: "USD")])
        let run = try backtest(scratch, ["P/USD"], extra: tiers, account: "balances: []")
        let tables = try RunTables(try run.execute())
        #expect(tables["orders"].count == 0)
        #expect(Set(tables["refusals"].integers("reason")) == [6])
    }

    @Test func `tells what margin and other currencies need`() throws {
        let scratch = try folder([
            contract("P/USD", .linear, currency: "USD"), contract("E/EUR", .spot, currency: "EUR"),
            contract("EUR/USD", .spot, currency: "USD"),
        ])
        func complaints(
            _ names: [String], _ extra: String, _ account: String
        ) throws -> [String] {
            try backtest(scratch, names, extra: extra, account: account).problems()
                .map { $0.lines.joined(separator: "\n") }
        }
        let bare = try complaints(["P/USD"], "", "margin: { leverage: 5 }")
        #expect(bare.count == 1 && bare[0].contains("P/USD has no margin tiers"))
        #expect(bare.first?.contains("help: add venue.margin_tiers") == true)
        let foreign = try complaints(["E/EUR"], "", "balances: []")
        #expect(foreign.count == 1 && foreign[0].contains("E/EUR settles in EUR"))
        #expect(foreign.first?.contains("currencies: [{ name: EUR, from: EUR/USD }]") == true)
        let held = try complaints(
            ["P/USD"], "", "balances: [{ currency: EUR, amount: 5 }]")
        #expect(held.count == 1 && held[0].contains("it holds EUR"))
        let fine = try complaints(
            ["E/EUR", "EUR/USD"], "currencies: [{ name: EUR, from: EUR/USD }]",
            "balances: [{ currency: EUR, amount: 5 }]")
        #expect(fine.isEmpty, "\(fine)")
    }

    @Test func `counts another currency at its last price`() throws {
        let scratch = try folder(
            [
                contract("E/EUR", .spot, currency: "EUR"),
                contract("EUR/USD", .spot, currency: "USD"),
            ], fall: 100)
        let run = try backtest(
            scratch, ["E/EUR", "EUR/USD"],
            extra: "currencies: [{ name: EUR, from: EUR/USD }]",
            account: "balances: [{ currency: EUR, amount: 7 }]")
        let summary = RunSummary(try RunTables(try run.execute()))
        // Seven euros at 99.99 and at last 100.40 dollars; 50 shares are beyond 1,000 dollars.
        let first = try #require(summary.accounts.first)
        #expect(summary.addsUp)
        #expect(Double(first.end - first.start) / 1e18 > 2.8)
    }
}
