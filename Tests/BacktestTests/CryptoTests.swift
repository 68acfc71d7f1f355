import Foundation
import RialtoBacktest
import RialtoConfiguration
import RialtoEngine
import RialtoHistory
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

private let crypto: String? = {
    guard let folder = shared?.path.appending("/data/crypto-1m") else { return nil }
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
}()

/// The bars of 2019 in a history folder, and the plugins that trade them.
private struct CryptoWorld {
    let scratch: ScratchFolder
    /// Id of the second implementation: the Swift one where it was built, else the C one again.
    let second: String

    init() throws {
        scratch = try ScratchFolder()
        let folder = try #require(crypto)
        for coin in ["BTC", "ETH"] {
            let file = "\(folder)/bitfinex-\(coin)USD-1m-2019.csv.gz"
            let scan = try InstrumentScan(ByteInput(path: file), .bars, format: CSVFormat())
            let instrument = Instrument(
                name: "\(coin)/USD", venue: "bitfinex", kind: .spot,
                priceDecimals: scan.priceDecimals, quantityDecimals: scan.quantityDecimals,
                priceStep: 1, quantityStep: 1, currency: "USD", multiplier: 1)
            let result = try Importer.bars(interval_ns: 60_000_000_000, time: .open, rules: .strict)
                .csv(ByteInput(path: file), instrument, format: CSVFormat())
            try HistoryFolder(path: scratch.path + "/history").write(result.series)
        }
        try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path + "/plugins")
        second = try Self.installSwift(scratch.path + "/plugins")
    }

    private static func installSwift(_ folder: String) throws -> String {
        let built = repository.path + "/.build/release/libsma-cross-swift.so"
        guard FileManager.default.fileExists(atPath: built) else { return "org.rialto.sma-cross" }
        let home = folder + "/sma-cross-swift"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: built, toPath: home + "/sma-cross-swift.so")
        let text = try PluginLibrary.describe(home + "/sma-cross-swift.so").json()
        try Data(text.utf8).write(to: URL(fileURLWithPath: home + "/" + Manifest.fileName))
        return "org.rialto.sma-cross-swift"
    }

    func run(_ batchLimit: Int, latency: String) throws -> BacktestOutcome {
        let text = """
            data: \(scratch.path)
            to: 2019-03-01
            batch_limit: \(batchLimit)
            instruments:
              - { name: BTC/USD, interval: 1m }
              - { name: ETH/USD, interval: 1m }
            venue:
              fee_bps: { maker: 1, taker: 2 }
              latency: { order: \(latency), report: \(latency) }
            accounts:
              - id: first
                equity: 100000.01
                strategies:
                  - { id: a, plugin: org.rialto.sma-cross, capital: 40000,
                      parameters: { fast: 10, slow: 30 } }
                  - { id: b, plugin: \(second), capital: 60000,
                      parameters: { fast: 7, slow: 45, quantity: 1.5 } }
              - id: second
                equity: 50000
                strategies:
                  - { id: c, plugin: \(second), capital: 30000,
                      parameters: { fast: 3, slow: 20 } }
                  - { id: d, plugin: org.rialto.sma-cross, capital: 20000,
                      parameters: { fast: 4, slow: 21 } }

            """
        let document = try ConfigDocument(Array(text.utf8), file: scratch.path + "/run.yaml")
        return try Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: [scratch.path + "/plugins"])
        ).execute()
    }
}

@Suite(.enabled(if: crypto != nil, "no ../shared/data/crypto-1m"))
struct `Four plugins on two accounts` {
    @Test func `give the same digest for every batch limit, and books that add up`() throws {
        let world = try CryptoWorld()
        for latency in ["0ms", "1500ms"] {
            let outcomes = try [4096, 1, 7].map { try world.run($0, latency: latency) }
            #expect(Set(outcomes.map(\.digest)).count == 1, "latency \(latency)")
            let first = outcomes[0]
            #expect(first.failures.isEmpty && first.instances.count == 4)
            let tables = try RunTables(first)
            #expect(tables["fills"].count > 1000 && tables["crossings"].count > 10)
            var check = BooksCheck(accounts: accounts, instruments: 2)
            check.replay(
                SketchOutcome(digest: first.digest, words: try first.records.words, texts: []))
            #expect(check.faults.isEmpty, "\(check.faults.prefix(3))")
        }
    }

    private var accounts: [BooksCheck.Account] {
        [
            BooksCheck.Account(
                equity: 10_000_001 * cent,
                instances: [(4_000_000 * cent, false), (6_000_000 * cent, false)]),
            BooksCheck.Account(
                equity: 5_000_000 * cent,
                instances: [(3_000_000 * cent, false), (2_000_000 * cent, false)]),
        ]
    }
}
