import Foundation
import RialtoValues

/// Losses of some experts, one row per round.
struct LossStream {
    let name: String
    let rounds: [[Double]]

    var experts: Int { rounds[0].count }

    /// A stream in 0...1 of one of four shapes: noise, alternating, regimes, or all or nothing.
    static func random(seed: UInt64, rounds: Int = 200) -> LossStream {
        var random = SeededGenerator(seed: seed)
        let experts = Int.random(in: 2...8, using: &random)
        let skill = (0..<experts).map { _ in Double.random(in: 0...1, using: &random) }
        let period = Int.random(in: 5...80, using: &random)
        let rows = (0..<rounds).map { round in
            (0..<experts).map { expert in
                let noise = Double.random(in: 0...1, using: &random)
                switch seed % 4 {
                case 0: return noise * skill[expert]
                case 1: return (round + expert).isMultiple(of: 2) ? 1 : 0
                case 2: return (round / period) % experts == expert ? noise * 0.3 : noise
                default: return noise < skill[expert] ? 1 : 0
                }
            }
        }
        return LossStream(name: "seed \(seed)", rounds: rows)
    }

    /// The squared errors of the published forecasters, divided by the largest one.
    static func published() throws -> [LossStream] {
        try ["electric-load-experts:electric-load-targets", "spy-forecasters:spy-targets"].map {
            pair in
            let names = pair.split(separator: ":").map(String.init)
            let experts = try columns(names[0])
            let targets = try columns(names[1])
            let squares = zip(experts, targets).map { row, target in
                row.map { ($0 - target[0]) * ($0 - target[0]) }
            }
            let most = squares.joined().max() ?? 1
            return LossStream(name: names[0], rounds: squares.map { $0.map { $0 / most } })
        }
    }

    static func columns(_ name: String) throws -> [[Double]] {
        let url = Shared.folder.appending(path: "ensemble-vectors/\(name).csv")
        let text = try String(contentsOf: url, encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            line.split(separator: ",").compactMap { Double($0) }
        }
    }
}

/// Reference data that lie beside the repository on some machines.
enum Shared {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "../shared").standardizedFileURL

    static func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: path).path)
    }
}

/// What a rule paid and what its experts paid, over a whole stream.
struct Outcome {
    /// Sum over rounds of the weighed mean of losses.
    var paid = 0.0
    /// Sum over rounds of the variance of losses under the weights.
    var variance = 0.0
    var experts: [Double]
    /// Weights used in each round.
    var weights: [[Double]] = []

    var regret: Double { paid - (experts.min() ?? 0) }
}
