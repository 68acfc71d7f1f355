import RialtoAnalytics
import RialtoEnsemble

/// What capital came to one strategy of a run and left it.
struct CapitalMoves {
    /// When, what it was worth before, and what came, in 10^-18.
    private let moves: [(time_ns: Int64, worth: Int128, amount: Int128)]

    /// - Parameter instance: Index of the strategy; below 0 an account, whose capital stays in it.
    init(_ tables: RunTables, account: Int, instance: Int) {
        let table = tables["capital"]
        let owners = table.integers("instance"), times = table.integers("time_ns")
        let worths = table.wide("worth"), amounts = table.wide("moved")
        moves = owners.indices.filter { owners[$0] == instance && amounts[$0] != 0 }.map {
            (times[$0], worths[$0], amounts[$0])
        }
    }

    /// What came in all, less what left.
    var sum: Int128 { moves.reduce(0) { $0 + $1.amount } }

    /// The curve with each move taken out in proportion, so that its returns are those that were
    /// earned. A sample at the time of a move is taken after it. From whom all was taken, it stays
    /// where it stood until something comes again.
    func unmoved(_ curve: EquityCurve) -> EquityCurve {
        guard !moves.isEmpty else { return curve }
        var next = 0, factor = 1.0, stood: Double?
        let values = curve.times.indices.map { place in
            while next < moves.count, moves[next].time_ns <= curve.times[place] {
                let move = moves[next]
                let after = EquityCurve.amount(move.worth + move.amount)
                let before = EquityCurve.amount(move.worth)
                next += 1
                // Who has lost all goes on at the scale there was.
                guard stood != nil || before > 0 else { continue }
                let level = stood ?? before * factor
                stood = after > 0 ? nil : level
                if after > 0 { factor = level / after }
            }
            return stood ?? curve.values[place] * factor
        }
        return EquityCurve(times: curve.times, values: values)
    }
}

/// How capital moved between the strategies of a run, and why.
package struct CapitalStory {
    /// One strategy's part of one move.
    package struct Line: Equatable, Sendable {
        /// Unix nanoseconds UTC.
        package let time_ns: Int64
        package let account: String
        package let strategy: String
        /// What came, in 10^-18 of the account's currency; what left is below 0.
        package let amount: Int128
        /// Parts of the capital of all strategies of the account.
        package let before: Double
        package let after: Double
        /// Why, in one sentence.
        package let why: String
    }

    /// One review of one account.
    private struct Review {
        let time_ns: Int64
        let account: Int
        var rows: [Int] = []
    }

    private let table: RunTable
    private let accounts: [String]
    private let strategies: [String]
    private let currencies: [String]
    private let reviews: [Review]

    /// nil when capital stayed where it was put.
    package init?(_ tables: RunTables) {
        table = tables["capital"]
        guard table.count > 0 else { return nil }
        accounts = tables["accounts"].texts("id")
        strategies = tables["instances"].texts("id")
        currencies = tables["accounts"].texts("currency")
        let times = table.integers("time_ns"), owners = table.integers("account")
        var reviews: [Review] = []
        for row in 0..<table.count {
            let account = Int(owners[row])
            if reviews.last?.time_ns != times[row] || reviews.last?.account != account {
                reviews.append(Review(time_ns: times[row], account: account))
            }
            reviews[reviews.count - 1].rows.append(row)
        }
        self.reviews = reviews
    }

    /// Reviews in all.
    package var count: Int { reviews.count }

    /// Every change of a strategy's capital, by time.
    package var lines: [Line] {
        var result: [Line] = []
        var since: [Int: (own: [Double], all: Double)] = [:]
        var base: [Int: Int128] = [:]
        for review in reviews {
            let worths = review.rows.map { table.wide("worth")[$0] }
            let moved = review.rows.map { table.wide("moved")[$0] }
            let whole = worths.reduce(0, +)
            var known = since[review.account] ?? (worths.map { _ in 1 }, 1)
            for (place, row) in review.rows.enumerated() {
                let growth = table.numbers("growth")[row]
                if growth.isFinite { known.own[place] *= 1 + growth }
            }
            if let before = base[review.account], before > 0 {
                known.all *= Double(whole) / Double(before)
            }
            base[review.account] = whole
            if moved.contains(where: { $0 != 0 }) {
                result += lines(review, worths, moved, known)
                known = (worths.map { _ in 1 }, 1)
            }
            since[review.account] = known
        }
        return result
    }

    private func lines(
        _ review: Review, _ worths: [Int128], _ moved: [Int128],
        _ known: (own: [Double], all: Double)
    ) -> [Line] {
        let whole = Double(worths.reduce(Int128(0)) { $0 + max($1, 0) })
        return review.rows.indices.filter { moved[$0] != 0 }.map { place in
            let row = review.rows[place]
            let ended = table.integers("ended")[row] != 0
            func percent(_ value: Double) -> String { WeightChange.percent(value) }
            let forgone = percent(table.numbers("forgone")[row])
            let cost = percent(table.numbers("cost")[row])
            let wanted = percent(table.numbers("wanted")[row])
            let reason =
                ended
                ? "its plugin is gone"
                : "since the move before it earned \(percent(known.own[place] - 1)), all together "
                    + "\(percent(known.all - 1)); waiting had cost \(forgone) of the capital, the "
                    + "move is counted at \(cost), and it is to have \(wanted)"
            let name = strategies[Int(table.integers("instance")[row])]
            return Line(
                time_ns: review.time_ns, account: accounts[review.account], strategy: name,
                amount: moved[place], before: Double(max(worths[place], 0)) / whole,
                after: Double(max(worths[place] + moved[place], 0)) / whole,
                why: "\(name) \(moved[place] < 0 ? "gave" : "got") capital: \(reason)")
        }
    }

    /// Whether the results that were kept give the parts that were wanted again, bit for bit.
    ///
    /// - Parameters:
    ///   - configuration: Of an account of the run file, by its place there; nil of one whose
    ///     capital stays.
    ///   - capital: What the run file gives each of its strategies, in 10^-18.
    package func isRebuilt(
        _ configuration: (Int) -> CapitalConfiguration?, capital: (Int) -> [Int128]
    ) -> Bool {
        var states: [Int: (allocation: CapitalAllocation, bases: [Int128])] = [:]
        for review in reviews {
            guard let settings = configuration(review.account) else { return false }
            let worths = review.rows.map { table.wide("worth")[$0] }
            let start = capital(review.account)
            guard start.count == worths.count else { return false }
            var state =
                states[review.account]
                ?? (CapitalAllocation(settings, parts: start.map { Double($0) / 1e18 }), start)
            let said = state.allocation.review(
                CapitalResult.all(
                    worths: worths, bases: state.bases,
                    haveEnded: review.rows.map { table.integers("ended")[$0] != 0 }))
            let wanted = review.rows.map { table.numbers("wanted")[$0].bitPattern }
            guard said.wanted.map(\.bitPattern) == wanted else { return false }
            let moved = review.rows.map { table.wide("moved")[$0] }
            if moved.contains(where: { $0 != 0 }) { state.allocation.moved() }
            state.bases = zip(worths, moved).map { $0 + $1 }
            states[review.account] = state
        }
        return true
    }
}
