import Glibc
import RialtoEnsemble
import RialtoLearning
import RialtoValues

/// What a model said of a row that it had not learned from, and what came of it.
struct JudgedRow {
    let row: Int
    /// Probability of a rise; 0.5 for a policy.
    let probability: Double
    /// 1 for a rise, else 0.
    let target: Double
    /// The part of rises among what it was trained on: what one would say without a model.
    let naive: Double
    /// Position that follows from it, -1...1.
    let position: Double
    /// Logarithmic return until the next row.
    let next: Double
}

extension BlockBootstrap {
    /// As the intervals of cards and comparisons are drawn.
    static let ofModels = BlockBootstrap(resamples: 2000, seed: 95)
}

/// Scores of a model on rows that it had not learned from.
struct ModelScores {
    /// Of what the blocks are averages, as it is named on cards.
    enum Measure: String {
        /// In nats; less is better.
        case logLoss = "log_loss"
        /// Return of a bar after costs, in basis points; more is better.
        case net = "net_bps"
    }

    let measure: Measure
    let rows: [JudgedRow]
    /// Cost of a change of position by 1, in basis points.
    let costBps: Double
    private let size: Int
    /// Return of each row after costs, in basis points.
    private let nets: [Double]

    /// Most blocks.
    static let blocksMax = 100

    /// - Parameter span: Rows that an outcome reaches ahead: blocks are no shorter.
    init(_ measure: Measure, _ rows: [JudgedRow], costBps: Double, span: Int) {
        precondition(!rows.isEmpty, "something was judged")
        self.measure = measure
        self.rows = rows
        self.costBps = costBps
        size = max(span, 1, (rows.count + Self.blocksMax - 1) / Self.blocksMax)
        var position = 0.0, nets: [Double] = []
        for row in rows {
            nets.append(row.position * row.next * 1e4 - costBps * abs(row.position - position))
            position = row.position
        }
        self.nets = nets
    }

    /// Sums over blocks of equal length; the last one may be shorter.
    private func blocks(_ value: (Int) -> Double) -> [BlockBootstrap.Block] {
        stride(from: 0, to: rows.count, by: size).map { start in
            let block = start..<min(rows.count, start + size)
            return .init(sum: block.reduce(0) { $0 + value($1) }, count: Double(block.count))
        }
    }

    private static func logLoss(_ probability: Double, _ target: Double) -> Double {
        let p = min(1 - 1e-9, max(1e-9, probability))
        return target > 0.5 ? -log(p) : -log(1 - p)
    }

    private func loss(_ index: Int) -> Double {
        Self.logLoss(rows[index].probability, rows[index].target)
    }

    /// What the blocks of the card hold: their averages.
    private var measured: [Double] {
        (measure == .logLoss ? blocks(loss) : blocks { nets[$0] }).map { $0.sum / $0.count }
    }

    private func mean(_ value: (JudgedRow) -> Double) -> Double {
        rows.reduce(0) { $0 + value($1) } / Double(rows.count)
    }

    /// How much better than what needs no model: than saying 0.5 and than the part of rises; or
    /// than no position and than holding.
    var gains: [(name: String, gain: MeanInterval)] {
        let gains: [(name: String, blocks: [BlockBootstrap.Block])] =
            measure == .net
            ? [
                ("flat", blocks { nets[$0] }),
                ("hold", blocks { nets[$0] - rows[$0].next * 1e4 }),
            ]
            : [
                ("uniform", blocks { log(2.0) - loss($0) }),
                ("naive", blocks { Self.logLoss(rows[$0].naive, rows[$0].target) - loss($0) }),
            ]
        return gains.compactMap { name, blocks in
            BlockBootstrap.ofModels.interval(blocks).map { (name, $0) }
        }
    }

    /// For a model file.
    var scores: [ModelFile.Score] {
        var scores: [ModelFile.Score] = [
            .init("rows", Double(rows.count)), .init("cost_bps", costBps),
            .init("net_bps", nets.reduce(0, +) / Double(rows.count)),
            .init("gross_bps", mean { $0.position * $0.next * 1e4 }),
            .init("hold_bps", mean { $0.next * 1e4 }),
        ]
        if measure == .logLoss {
            scores += [
                .init("log_loss", rows.indices.reduce(0) { $0 + loss($1) } / Double(rows.count)),
                .init("uniform", log(2.0)),
                .init("naive", mean { Self.logLoss($0.naive, $0.target) }),
                .init(
                    "brier", mean { ($0.probability - $0.target) * ($0.probability - $0.target) }),
                .init(
                    "accuracy", mean { ($0.probability > 0.5) == ($0.target > 0.5) ? 1 : 0 }),
            ]
        }
        for (name, gain) in gains {
            scores += [
                .init("gain.\(name)", gain.mean), .init("gain.\(name).low", gain.low),
                .init("gain.\(name).high", gain.high),
            ]
        }
        scores.append(.init("block_rows", Double(size)))
        return scores + measured.enumerated().map { .init("block.\($0)", $1) }
    }
}
