import Foundation
import RialtoBacktest
import RialtoCLI
import RialtoConfiguration
import RialtoHistory
import RialtoLearning
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Synchronization
import Testing

/// A folder with minutes of a coin, in which models are trained and run.
final class ModelWorld {
    let scratch: ScratchFolder
    /// 2021-01-01.
    static let start_ns: Int64 = 1_609_459_200_000_000_000
    /// Bars that are stored; the first two thirds are trained on.
    static let bars: Int64 = 3600

    /// - Parameter momentum: How much of a minute's return the next one repeats; 0 is chance.
    init(momentum: Double, seed: UInt64 = 1) throws {
        scratch = try ScratchFolder()
        var bars = try SeriesBuilder(
            SeriesDefinition(
                instrument: sketchCoin("A/USD"), kind: .bars, interval_ns: MarketSketch.minute))
        var random = SeededGenerator(seed: seed), price = 1_000_000.0, change = 0.0
        for index in 1...Self.bars {
            let noise = (0..<12).reduce(-6) { sum, _ in sum + random.unit() }
            change = momentum * change + 0.001 * noise
            let open = Int64(price)
            price *= 1 + change
            let close = Int64(price)
            try bars.append(
                bar: Self.start_ns + index * MarketSketch.minute, open: open,
                high: max(open, close) + 2, low: min(open, close) - 2, close: close,
                volume: .random(in: 1...500, using: &random))
        }
        try HistoryFolder(path: scratch.path + "/history").write(bars.finish())
    }

    func path(_ name: String) -> String { scratch.path + "/" + name }

    /// What a call of `rialto` left behind.
    struct Answer {
        let status: CommandStatus
        let out: String
        let error: String
    }

    /// Runs `rialto` with words parted by blanks; `@name` is a file of this folder.
    func rialto(_ line: String) -> Answer {
        let texts = Mutex<(out: String, error: String)>(("", ""))
        let traits = Console.Traits(
            outIsTerminal: false, errorIsTerminal: false, isPlain: true, width: 100)
        let console = Console(traits: traits, isJSON: false) { stream, text in
            texts.withLock { if stream == .out { $0.out += text } else { $0.error += text } }
        }
        let words = line.split(separator: " ").map { word in
            word.hasPrefix("@") ? path(String(word.dropFirst())) : String(word)
        }
        let status = Program.run(
            words, root: Program.root, environment: ["RIALTO_DATA": scratch.path], console: console)
        return texts.withLock { Answer(status: status, out: $0.out, error: $0.error) }
    }

    /// Trains a small model on the first two thirds of the bars.
    func train(_ kind: String, to name: String, _ more: String = "") -> Answer {
        let usual = [
            "until 2021-01-02T16:00:00Z", "horizon 1m", "folds 2", "length 4", "width 8",
            "cost-bps 1", "rate 0.01", "features price_change_1,rsi_14", "epochs 12",
        ].map { "--" + $0 }
        let left = usual.filter { option in
            !more.contains(option.prefix { $0 != " " } + " ")
        }
        return rialto(
            "model train A/USD --kind \(kind) --to @\(name) \(left.joined(separator: " ")) " + more)
    }

    /// Where the bundled plugins are; nil where they have not been built.
    static var plugins: String? {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().standardizedFileURL.path
        let folder = root + "/.build/plugins"
        let isThere = FileManager.default.fileExists(atPath: folder + "/lstm/manifest.json")
        return isThere ? folder : nil
    }

    /// A run of a model of this kind and a strategy that follows it.
    func backtest(
        _ kind: String, file: String, plugins: String, _ tier: PluginTier = .inProcess,
        from: String = "2021-01-02T16:30:00Z", _ more: String = "", batchLimit: Int = 256
    ) throws -> Backtest {
        let text = """
            data: \(scratch.path)
            from: \(from)
            batch_limit: \(batchLimit)
            instruments: [{ name: A/USD, interval: 1m }]
            models:
              - id: m
                plugin: org.rialto.\(kind)
                files: { trained: "\(file)" }
                parameters: { model: trained\(more) }
            accounts:
              - id: a
                equity: 10000000
                strategies: [{ id: s, plugin: org.rialto.ensemble-follow, capital: 1000000 }]

            """
        return try backtest(text: text, folders: [plugins], tier)
    }

    /// A run as its file says.
    func backtest(text: String, folders: [String], _ tier: PluginTier) throws -> Backtest {
        let document = try ConfigDocument(Array(text.utf8), file: path("run.yaml"))
        return Backtest(
            try RunFile.read(document), folders: PluginFolders(paths: folders), tier: tier)
    }

    /// What is said of a run that is not begun.
    func refusal(_ backtest: Backtest) -> String {
        backtest.problems().map { "\($0)" }.joined(separator: "\n")
    }
}
