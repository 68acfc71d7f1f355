import Glibc
import RialtoAnalytics
import RialtoBacktest
import RialtoLearning

/// Rows of stored bars that a model can be asked about, with what came true of them.
struct ModelTable {
    let table: FeatureTable
    let labels: ForwardLabels
    /// Rows that end a whole window and whose outcome is known, in order.
    let rows: [Int]
    /// Logarithmic return from a row's close to the next one's; 0 for the last.
    let next: [Double]

    /// - Parameters:
    ///   - length: Rows of a window.
    ///   - from_ns: First close; nil for all.
    ///   - until_ns: First close that is left out, and that no outcome reaches; nil for all.
    init(
        _ table: FeatureTable, horizon_ns: Int64, length: Int, from_ns: Int64?, until_ns: Int64?
    ) {
        let labels = ForwardLabels(
            time_ns: table.time_ns, close: table.close, horizon_ns: horizon_ns)
        var rows: [Int] = [], whole = 0
        for row in table.time_ns.indices {
            whole = table.row(row).allSatisfy { !$0.isNaN } ? whole + 1 : 0
            let time_ns = table.time_ns[row]
            guard whole >= length, !labels.values[row].isNaN, row + 1 < table.time_ns.count,
                time_ns >= from_ns ?? .min, time_ns + horizon_ns < until_ns ?? .max
            else { continue }
            rows.append(row)
        }
        self.table = table
        self.labels = labels
        self.rows = rows
        next = table.close.indices.map { row in
            row + 1 < table.close.count ? log(table.close[row + 1] / table.close[row]) : 0
        }
    }

    var width: Int { table.schema.features.count }

    /// 1 where the price was higher after the horizon, else 0.
    func target(_ row: Int) -> Double { labels.values[row] > 0 ? 1 : 0 }

    /// When the outcome of a row was known.
    func end_ns(_ row: Int) -> Int64 {
        table.time_ns[max(row + 1, labels.ends[row])]
    }

    /// Means and deviations of some rows' features.
    func moments(_ rows: [Int]) -> Moments {
        var means = [Double](repeating: 0, count: width), squares = means
        for row in rows {
            for (index, value) in table.row(row).enumerated() { means[index] += value }
        }
        for index in means.indices { means[index] /= Double(rows.count) }
        for row in rows {
            for (index, value) in table.row(row).enumerated() {
                squares[index] += (value - means[index]) * (value - means[index])
            }
        }
        let deviations = squares.map { square in
            let deviation = (square / Double(rows.count)).squareRoot()
            return deviation > 1e-12 ? deviation : 1
        }
        return Moments(means: means, deviations: deviations)
    }

    /// All rows, standardised; 0 where something is not known.
    func standardised(_ moments: Moments) -> [Double] {
        var numbers: [Double] = []
        numbers.reserveCapacity(table.values.count)
        for row in table.time_ns.indices {
            for (index, value) in table.row(row).enumerated() {
                numbers.append(value.isNaN ? 0 : moments.standardised(value, index))
            }
        }
        return numbers
    }
}

/// By what features are standardised.
struct Moments {
    let means: [Double]
    let deviations: [Double]

    /// As ``ModelFile/standardised(_:_:)``.
    func standardised(_ value: Double, _ feature: Int) -> Double {
        let number = (value - means[feature]) / deviations[feature]
        return min(ModelFile.reach, max(-ModelFile.reach, number))
    }
}

/// The rows of one fold: to learn from, to stop by, and to be judged on.
struct ModelFold {
    let training: [Int]
    let validation: [Int]
    let test: [Int]

    /// Part of what is trained on that is kept apart to stop by.
    private static let validationPart = 0.15

    /// - Parameter span: Rows that an outcome reaches ahead, which are left out in between.
    init(_ learned: [Int], span: Int, test: [Int]) {
        let kept = max(1, Int(Double(learned.count) * Self.validationPart))
        training = Array(learned.dropLast(kept + span))
        validation = Array(learned.suffix(kept))
        self.test = test
    }

    /// Tests one behind the other, each after all that it is trained on.
    ///
    /// - Parameter from_ns: First close of the first test; nil for as many rows as each test has.
    static func walkForward(
        _ table: ModelTable, count: Int, from_ns: Int64? = nil
    ) -> [ModelFold] {
        let rows = table.rows, span = max(1, table.labels.span)
        let asked = from_ns.map { from_ns in
            rows.reversed().prefix { table.table.time_ns[$0] >= from_ns }.count / count
        }
        let test = asked ?? rows.count / (count + 1)
        let first = rows.count - test * count - span
        guard test > 0, first > 0 else { return [] }
        return PurgedSplits.walkForward(
            count: rows.count, train: first, test: test, purged: span, expanding: true
        ).map { split in
            ModelFold(
                split.train.flatMap { rows[$0] }, span: span, test: split.test.flatMap { rows[$0] })
        }
    }

    /// All rows, with none to be judged on.
    static func whole(_ table: ModelTable) -> ModelFold {
        ModelFold(table.rows, span: max(1, table.labels.span), test: [])
    }

    /// At most `count` of some rows, evenly spread.
    static func spread(_ rows: [Int], most count: Int) -> [Int] {
        guard rows.count > count else { return rows }
        return (0..<count).map { rows[$0 * rows.count / count] }
    }
}
