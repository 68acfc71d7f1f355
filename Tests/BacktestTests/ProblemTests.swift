import RialtoBacktest
import RialtoConfiguration
import RialtoHistory
import RialtoPluginHost
import RialtoTestSupport
import RialtoText
import RialtoValues
import Testing

/// What is told of a run file over a hundred bars of one coin, with the C plugin at hand.
private func problems(
    _ strategy: String, instrument: String = "BTC/USD", currency: String = "USD"
)
    throws -> [String]
{
    let scratch = try ScratchFolder()
    try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path + "/plugins")
    var builder = try SeriesBuilder(
        SeriesDefinition(
            instrument: sketchCoin(), kind: .bars, interval_ns: MarketSketch.minute))
    for index in 1...100 as ClosedRange<Int64> {
        try builder.append(
            bar: MarketSketch.start + index * MarketSketch.minute, open: 100, high: 101, low: 99,
            close: 100, volume: 1)
    }
    try HistoryFolder(path: scratch.path + "/history").write(builder.finish())
    let text = """
        data: \(scratch.path)
        instruments:
          - { name: \(instrument), interval: 1m }
        accounts:
          - id: main
            equity: 1000
            currency: \(currency)
            strategies:
              - \(strategy)

        """
    let document = try ConfigDocument(Array(text.utf8), file: "run.yaml")
    let run = Backtest(
        try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"]))
    return run.problems().map { $0.lines.joined(separator: "\n") }
}

@Suite struct `What is wrong with a run` {
    private let good =
        "{ id: a, plugin: org.rialto.sma-cross, capital: 500, parameters: { fast: 3 } }"

    @Test func `is nothing when all is there`() throws { #expect(try problems(good) == []) }

    @Test(arguments: [
        (
            "plugin: org.rialto.sma-cros",
            "org.rialto.sma-cros was found; known: org.rialto.sma-cross"
        ),
        ("plugin: org.rialto.sma-cross, parameters: { fast: 0 }", "allowed is 1...4095"),
        ("plugin: org.rialto.sma-cross, parameters: { quick: 1 }", "known: fast, slow, quantity"),
        ("plugin: org.rialto.sma-cross, parameters: { fast: 40 }", "fast is not below slow"),
    ])
    func `is told with its line: a plugin or parameter`(entry: String, expected: String) throws {
        let found = try problems("{ id: a, capital: 500, \(entry) }")
        #expect(found.count == 1)
        #expect(found.first?.contains(expected) == true, "\(found)")
        #expect(found.first?.hasPrefix("error: run.yaml:9:") == true, "\(found)")
    }

    @Test func `is told with its line: data or currency`() throws {
        let missing = try problems(good, instrument: "ETH/USD")
        #expect(missing.first?.contains("no data for ETH/USD") == true, "\(missing)")
        #expect(missing.first?.hasPrefix("error: run.yaml:3:") == true, "\(missing)")
        let currency = try problems(good, currency: "EUR")
        #expect(currency.first?.contains("counts in EUR, and BTC/USD settles in USD") == true)
        #expect(currency.first?.hasPrefix("error: run.yaml:7:") == true, "\(currency)")
    }
}
