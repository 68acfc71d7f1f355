/// Which rows a model is trained on and which it is tested on.
package struct Split: Hashable, Sendable {
    /// Rows to train on, in order; ranges that do not touch.
    package let train: [Range<Int>]
    /// Rows to test on, in order.
    package let test: [Range<Int>]

    /// How a row is used.
    package enum Use: UInt8, Sendable {
        /// Neither: its label reaches into the tests, or it comes too soon after them.
        case none = 0
        case train = 1
        case test = 2
    }

    /// How each of `count` rows is used.
    package func uses(_ count: Int) -> [Use] {
        var uses = [Use](repeating: .none, count: count)
        for rows in train { for row in rows { uses[row] = .train } }
        for rows in test { for row in rows { uses[row] = .test } }
        return uses
    }
}

/// Splits of rows in order of time, in which no training label reaches into a test.
///
/// - Source: López de Prado, Advances in Financial Machine Learning, 2018, chapters 7 and 12.
package enum PurgedSplits {
    /// Tests one behind the other, each after the rows that it is trained on.
    ///
    /// - Parameters:
    ///   - count: Rows, 0 or more.
    ///   - train: Rows to train on, 1 or more; with `expanding` of the first split.
    ///   - test: Rows of each test, 1 or more.
    ///   - purged: Rows that are left out between both, 0 or more: as many as a label spans.
    ///   - expanding: Whether training always begins at row 0.
    /// - Returns: Every split whose test fits.
    package static func walkForward(
        count: Int, train: Int, test: Int, purged: Int = 0, expanding: Bool = false
    ) -> [Split] {
        precondition(count >= 0 && train > 0 && test > 0 && purged >= 0)
        var splits: [Split] = [], start = 0
        while start + train + purged + test <= count {
            let end = start + train, first = end + purged
            splits.append(
                Split(train: [(expanding ? 0 : start)..<end], test: [first..<first + test]))
            start += test
        }
        return splits
    }

    /// Every choice of some folds for testing, with training on what is left of the others.
    ///
    /// - Parameters:
    ///   - count: Rows, `folds` or more.
    ///   - folds: Equal parts, 2 or more; the last ones are a row shorter where it does not divide.
    ///   - tests: How many of them are tested in each split, 1..<`folds`.
    ///   - purged: Rows that are left out on both sides of each test, 0 or more.
    ///   - embargo: Further rows that are left out after each test, 0 or more.
    /// - Returns: folds! / (tests! (folds - tests)!) splits, the earliest tests first.
    package static func combinatorial(
        count: Int, folds: Int, tests: Int, purged: Int = 0, embargo: Int = 0
    ) -> [Split] {
        precondition(folds >= 2 && count >= folds && tests >= 1 && tests < folds)
        precondition(purged >= 0 && embargo >= 0)
        let size = count / folds, longer = count % folds
        let starts = (0...folds).map { $0 * size + min($0, longer) }
        return choices(of: tests, from: folds).map { chosen in
            let test = chosen.map { starts[$0]..<starts[$0 + 1] }
            var isFree = [Bool](repeating: true, count: count)
            for rows in test {
                let first = max(0, rows.lowerBound - purged)
                let end = min(count, rows.upperBound + purged + embargo)
                for row in first..<end { isFree[row] = false }
            }
            return Split(train: ranges(isFree), test: test)
        }
    }

    /// How many ways there are through all folds on tested rows alone.
    package static func paths(folds: Int, tests: Int) -> Int {
        choices(of: tests, from: folds).count * tests / folds
    }

    private static func choices(of count: Int, from total: Int, at first: Int = 0) -> [[Int]] {
        guard count > 0 else { return [[]] }
        guard total - first >= count else { return [] }
        return (first...total - count).flatMap { head in
            choices(of: count - 1, from: total, at: head + 1).map { [head] + $0 }
        }
    }

    private static func ranges(_ isIn: [Bool]) -> [Range<Int>] {
        var ranges: [Range<Int>] = [], start: Int?
        for (row, isIn) in isIn.enumerated() {
            if isIn, start == nil { start = row }
            if !isIn, let first = start {
                ranges.append(first..<row)
                start = nil
            }
        }
        if let start { ranges.append(start..<isIn.count) }
        return ranges
    }
}
