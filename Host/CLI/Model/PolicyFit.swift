import RialtoLearning
import RialtoValues

/// How a policy is to be trained on bars.
struct PolicyPlan {
    let shape: PolicyShape
    let settings: PPO.Settings
    let seed: UInt64
    /// Most rounds.
    let rounds: Int
    /// Rounds without a better validation after which it stops.
    let patience: Int
    let costBps: Double
}

/// Bars as something to act in: each step a position for one bar, -1, 0 or 1. The reward is its
/// return less the cost of the change, in deviations of a bar's return.
struct BarMarket: Environment {
    /// Steps of an episode.
    static let length = 256

    private let table: ModelTable
    private let numbers: [Double]
    private let rows: [Int]
    private let scale: Double
    private let cost: Double
    private var random: SeededGenerator
    private var place = 0
    private var step = 0
    private var position = 0.0

    /// - Parameter numbers: Every row of the table, standardised.
    init(_ table: ModelTable, _ numbers: [Double], _ rows: [Int], costBps: Double, seed: UInt64) {
        self.table = table
        self.numbers = numbers
        self.rows = rows
        let squares = rows.reduce(0) { $0 + table.next[$1] * table.next[$1] }
        scale = 1 / max(1e-12, (squares / Double(rows.count)).squareRoot())
        cost = costBps * 1e-4
        random = SeededGenerator(seed: seed)
        begin()
    }

    private mutating func begin() {
        place = random.below(max(1, rows.count - Self.length))
        step = 0
        position = 0
    }

    func observe(_ numbers: UnsafeMutableBufferPointer<Double>) {
        let width = table.width, start = rows[place] * width
        for index in 0..<width { numbers[index] = self.numbers[start + index] }
        numbers[width] = position
    }

    mutating func step(_ action: Int) -> (reward: Double, isLast: Bool) {
        let wanted = Double(action - 1)
        let earned = wanted * table.next[rows[place]] - cost * abs(wanted - position)
        position = wanted
        place += 1
        step += 1
        let isLast = step == Self.length || place == rows.count
        if isLast { begin() }
        return (earned * scale, isLast)
    }
}

/// A policy trained on the rows of one fold.
struct PolicyFit {
    let moments: Moments
    let weights: [Double]
    let rounds: Int
    private var player: PolicyNetwork
    private let numbers: [Double]

    /// - Parameter progress: Is told each round, its net basis points a bar on the rows kept apart,
    ///   and whether they are the best so far.
    init(
        _ table: ModelTable, _ fold: ModelFold, _ plan: PolicyPlan,
        progress: (Int, Double, Bool) -> Void
    ) {
        moments = table.moments(fold.training)
        numbers = table.standardised(moments)
        var ppo = PPO(plan.shape, plan.settings, seed: plan.seed)
        var market = BarMarket(
            table, numbers, fold.training, costBps: plan.costBps, seed: plan.seed ^ 0x6d61_726b)
        var best = -Double.infinity, since = 0, round = 0, kept = ppo.player
        while round < plan.rounds, since < plan.patience {
            round += 1
            _ = ppo.round(&market)
            var player = ppo.player
            let judged = Self.judge(table, fold.validation, numbers, &player)
            let net = Self.net(judged, plan.costBps)
            since = net > best ? 0 : since + 1
            if net > best {
                best = net
                kept = ppo.player
            }
            progress(round, net, since == 0)
        }
        player = kept
        weights = kept.tape.weights
        rounds = round
    }

    private static func net(_ rows: [JudgedRow], _ costBps: Double) -> Double {
        var position = 0.0, sum = 0.0
        for row in rows {
            sum += row.position * row.next * 1e4 - costBps * abs(row.position - position)
            position = row.position
        }
        return sum / Double(rows.count)
    }

    /// What it does on rows, one behind the other, and what came of them.
    mutating func judge(_ table: ModelTable, _ rows: [Int]) -> [JudgedRow] {
        Self.judge(table, rows, numbers, &player)
    }

    private static func judge(
        _ table: ModelTable, _ rows: [Int], _ numbers: [Double], _ player: inout PolicyNetwork
    ) -> [JudgedRow] {
        var position = 0.0, judged: [JudgedRow] = []
        judged.reserveCapacity(rows.count)
        for row in rows {
            player.observe { seen in
                for index in 0..<table.width { seen[index] = numbers[row * table.width + index] }
                seen[table.width] = position
            }
            player.tape.forward()
            position = Double(player.best() - 1)
            judged.append(
                JudgedRow(
                    row: row, probability: 0.5, target: table.target(row), naive: 0.5,
                    position: position, next: table.next[row]))
        }
        return judged
    }
}
