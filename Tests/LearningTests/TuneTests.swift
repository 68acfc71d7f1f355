import Foundation
import RialtoCLI
import RialtoLearning
import RialtoTestSupport
import Testing

/// Optuna's environment as `scripts/fetch-optuna` makes it.
private let optuna = repository.appendingPathComponent(".build/optuna").path
private let hasOptuna = FileManager.default.isExecutableFile(atPath: optuna + "/bin/python")

/// The objects of an answer in JSON.
private func objects(_ text: String) -> [[String: Any]] {
    text.split(separator: "\n").compactMap {
        (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
    }
}

@Suite(.serialized) struct `rialto model tune` {
    private let line =
        "model tune A/USD bars 1m --kind lstm --features price_change_1,rsi_14 --horizon 2m "
        + "--length 4 --epochs 2 --windows 200 --folds 1 --to @tuned.rialto --json "

    @Test func `says how to get Optuna where it is not`() throws {
        let world = try ModelWorld(momentum: 0.3)
        let answer = world.rialto(line + "--optuna @nowhere")
        #expect(answer.status == .failed && answer.error.contains("scripts/fetch-optuna"))
        #expect(!FileManager.default.fileExists(atPath: world.path("tuned.rialto")))
    }

    @Test(arguments: [
        ("--held 0.99", "0.05...0.9"), ("--trial-timeout soon", "--trial-timeout"),
        ("--from 2031-01-01", "too few"),
    ])
    func `refuses what cannot be`(option: String, words: String) throws {
        let world = try ModelWorld(momentum: 0.3)
        let answer = world.rialto(line + "--optuna \(optuna) " + option)
        #expect(answer.status != .done && answer.error.contains(words), "\(answer.error)")
    }

    @Test(.enabled(if: hasOptuna))
    func `makes the same trials from the same seed, and judges on what none of them saw`() throws {
        let world = try ModelWorld(momentum: 0.3)
        let ask = line + "--trials 3 --seed 5 --optuna \(optuna)"
        let first = world.rialto(ask)
        #expect(first.status == .done, "\(first.error)")
        let told = try #require(objects(first.out).first)
        #expect(told["trials"] as? Int == 3 && told["failed"] as? Int == 0)
        let file = try ModelFile(
            bytes: Array(try Data(contentsOf: URL(filePath: world.path("tuned.rialto")))))
        // What is held back is the last 0.3 of 3600 bars: judged once, on no more than those.
        let rows = Int(file.score("rows") ?? 0)
        #expect((900...1080).contains(rows), "\(rows)")
        let low = try #require(told["gain_low"] as? Double)
        let gain = try #require(told["gain"] as? Double)
        let high = try #require(told["gain_high"] as? Double)
        #expect(low <= gain && gain <= high)
        let luck = try #require(told["trial_luck"] as? Double)
        let best = try #require(told["trial_best"] as? Double)
        let beyond = try #require(told["beyond_luck"] as? Double)
        #expect((luck - best - beyond).magnitude < 1e-9)
        #expect(first.error.contains("trial 3 of 3"))
        let trials = { (text: String) in
            text.split(separator: "\n").filter { $0.contains("trial ") }
        }
        let again = world.rialto(ask)
        #expect(again.out == first.out && trials(again.error) == trials(first.error))
    }

    @Test(.enabled(if: hasOptuna))
    func `counts a trial that takes too long as failed, and ends it`() throws {
        let world = try ModelWorld(momentum: 0.3)
        let answer = world.rialto(
            line + "--trials 2 --trial-timeout 1ms --optuna \(optuna)")
        #expect(answer.status == .failed && answer.error.contains("none of 2 trials"))
        #expect(answer.error.contains("it took longer than"))
    }
}
