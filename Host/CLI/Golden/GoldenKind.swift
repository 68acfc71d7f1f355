import RialtoText

/// What became of one column of a golden file.
struct GoldenLine: Hashable {
    /// Name in the file: `MACD_12_26_9`.
    let name: String
    /// Which of several columns; empty when there is one.
    let output: String
    /// Rows compared, the empty ones of the warm-up counted.
    let rows: Int
    /// Largest error; infinite where one side has a value and the other none.
    let worst: Double
    /// Row of the largest error, from 0; nil when all rows are equal.
    let worstRow: Int?
    /// Why nothing could be compared; nil when it could.
    let refusal: String?
}

/// A file of values that another program made, read and ready to be made again.
struct GoldenWork {
    /// What the file says made it.
    let reference: String
    /// Largest error that the file allows; nil when it does not say.
    let tolerance: Double?
    /// Whether errors are differences as they are, not relative to the expected value.
    var isAbsolute = false
    /// Makes every value again and compares.
    let lines: () -> [GoldenLine]
}

/// A structure of golden files that can be made again.
struct GoldenKind {
    /// One word for people.
    let name: String
    /// The members by which it is known, for messages.
    let shape: String
    /// Reads a file; nil when it is of another kind.
    let read: (GoldenFile) throws(HouseMessage) -> GoldenWork?

    /// Every kind; a new one is added here.
    static var all: [GoldenKind] { [.indicators, .execution, .aggregation, .drift] }
}

/// How far a value is from what it should be.
enum GoldenError {
    /// The difference relative to `expected`; absolute where that is 0.
    static func relative(_ found: Double, _ expected: Double) -> Double {
        if found == expected { return 0 }
        let error = abs(found - expected) / (expected == 0 ? 1 : abs(expected))
        return error.isNaN ? .infinity : error
    }

    /// The difference as it is.
    static func absolute(_ found: Double, _ expected: Double) -> Double {
        if found == expected { return 0 }
        let error = abs(found - expected)
        return error.isNaN ? .infinity : error
    }

    /// Compares two columns of one length; nil is a row without a value.
    static func line(
        _ name: String, _ output: String, found: [Double?], expected: [Double?],
        isAbsolute: Bool = false
    ) -> GoldenLine {
        guard found.count == expected.count else {
            return refused(name, output, "\(expected.count) rows, not \(found.count)")
        }
        var worst = 0.0, worstRow: Int?
        for row in expected.indices {
            let error: Double
            switch (found[row], expected[row]) {
            case (nil, nil): error = 0
            case (let found?, let expected?):
                error = isAbsolute ? absolute(found, expected) : relative(found, expected)
            default: error = .infinity
            }
            if error > worst { (worst, worstRow) = (error, row) }
        }
        return GoldenLine(
            name: name, output: output, rows: expected.count, worst: worst, worstRow: worstRow,
            refusal: nil)
    }

    static func refused(_ name: String, _ output: String, _ why: String) -> GoldenLine {
        GoldenLine(
            name: name, output: output, rows: 0, worst: .infinity, worstRow: nil, refusal: why)
    }
}
