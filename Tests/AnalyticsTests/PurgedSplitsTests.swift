import Foundation
import RialtoAnalytics
import Testing

private let place: URL = {
    let set = ProcessInfo.processInfo.environment["RIALTO_SHARED"].map { URL(fileURLWithPath: $0) }
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    return (set ?? folder.appendingPathComponent("shared"))
        .appendingPathComponent("goldens/cross_validation.json")
}()

private let isThere = FileManager.default.fileExists(atPath: place.path)

/// What skfolio makes of the same questions.
private func golden() throws -> [String: Any] {
    let whole = try JSONSerialization.jsonObject(with: Data(contentsOf: place))
    return try #require((whole as? [String: Any])?["output"] as? [String: Any])
}

@Suite struct `Splits of rows` {
    @Test(.enabled(if: isThere, "the goldens of shared are not there"))
    func `walk forward as skfolio's do`() throws {
        let output = try golden()
        func rows(_ splits: [Split]) throws -> [[Int]] {
            try splits.map { split in
                let train = try #require(split.train.first), test = try #require(split.test.first)
                return [
                    train.lowerBound, train.upperBound - 1, test.lowerBound, test.upperBound - 1,
                ]
            }
        }
        let rolling = try #require(
            output["walk_forward(train=60,test=20,purged=3)"] as? [[Int]])
        let growing = try #require(
            output["walk_forward_expanding(train=60,test=20)"] as? [[Int]])
        #expect(
            try rows(PurgedSplits.walkForward(count: 300, train: 60, test: 20, purged: 3))
                == rolling)
        #expect(
            try rows(PurgedSplits.walkForward(count: 300, train: 60, test: 20, expanding: true))
                == growing)
    }

    @Test(.enabled(if: isThere, "the goldens of shared are not there"))
    func `combine folds as skfolio's do`() throws {
        let output = try golden()
        let name = "combinatorial_purged(n_folds=6,n_test_folds=2,purged=2,embargo=1)"
        let facts = try #require(output[name] as? [String: Any])
        let expected = try #require(facts["splits"] as? [[String: Any]])
        let splits = PurgedSplits.combinatorial(
            count: 300, folds: 6, tests: 2, purged: 2, embargo: 1)
        #expect(splits.count == facts["n_splits"] as? Int)
        #expect(PurgedSplits.paths(folds: 6, tests: 2) == facts["n_test_paths"] as? Int)
        for (split, facts) in zip(splits, expected) {
            let train = split.train.flatMap { Array($0) }
            #expect(train.count == facts["train_count"] as? Int)
            #expect(train.reduce(0, +) == facts["train_sum"] as? Int)
            let ends = try [#require(train.first), #require(train.last)]
            #expect(ends == facts["train_first_last"] as? [Int])
            let tests = split.test.map { [$0.lowerBound, $0.upperBound - 1] }
            #expect(tests == facts["test"] as? [[Int]])
        }
    }

    @Test(arguments: UInt64(1)...20)
    func `train on nothing whose label reaches into a test`(seed: UInt64) {
        var random = SystemRandomNumberGenerator()
        let count = Int.random(in: 40...400, using: &random)
        let span = Int.random(in: 0...5, using: &random)
        let folds = Int.random(in: 3...6, using: &random)
        let splits =
            PurgedSplits.combinatorial(count: count, folds: folds, tests: 2, purged: span)
            + PurgedSplits.walkForward(count: count, train: 20, test: 7, purged: span)
        for split in splits {
            let uses = split.uses(count)
            for row in 0..<count where uses[row] == .train {
                for ahead in row...min(count - 1, row + span) { #expect(uses[ahead] != .test) }
            }
            #expect(uses.contains(.train) && uses.contains(.test))
        }
    }
}

@Suite struct `Labels` {
    @Test func `are returns of a time to come, known at its end`() {
        // A bar is missing, and the last one's horizon is not over.
        let labels = ForwardLabels(
            time_ns: [10, 20, 40, 50, 60], close: [1, 2, 4, 8, 16], horizon_ns: 20)
        #expect(labels.ends == [1, 2, 4, 3, 4])
        #expect(abs(labels.values[0] - 0.6931471805599453) < 1e-15)
        #expect(abs(labels.values[1] - 0.6931471805599453) < 1e-15)
        #expect(abs(labels.values[2] - 2 * 0.6931471805599453) < 1e-15)
        #expect(labels.values[3].isNaN && labels.values[4].isNaN)
        #expect(labels.span == 2)
    }

    @Test func `of a horizon that is over before another bar are 0`() {
        let labels = ForwardLabels(time_ns: [10, 90, 200], close: [1, 2, 3], horizon_ns: 20)
        #expect(labels.values[0] == 0 && labels.values[1] == 0 && labels.values[2].isNaN)
        #expect(labels.ends == [0, 1, 2])
    }
}
