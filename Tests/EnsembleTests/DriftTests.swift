import RialtoEnsemble
import RialtoValues
import Testing

@Suite struct `A drift detector` {
    static let all: [any DriftDetector] = [
        PageHinkley(threshold: 5), Adwin(), Kswin(alpha: 0.0001, seed: 1),
    ]

    /// The places of the changes in losses that rise from about 0.2 to about 0.7.
    private func found(_ detector: any DriftDetector, seed: UInt64, at change: Int) -> [Int] {
        var random = SeededGenerator(seed: seed)
        var detector = detector
        return (0..<600).filter { round in
            let level = round < change ? 0.1 : 0.6
            return detector.add(level + Double.random(in: 0...0.2, using: &random))
        }
    }

    @Test func `sees a change soon, and none where there is none`() {
        for seed in freshSeeds(30) {
            for detector in Self.all {
                let places = found(detector, seed: seed, at: 300)
                // A false alarm of KSWIN just before has emptied its window of 100: what fills it
                // again is what came after the change, and there is nothing to see any more.
                let wasEmptied = detector is Kswin && places.contains { (200..<300).contains($0) }
                #expect(
                    wasEmptied || places.contains { (300..<400).contains($0) },
                    "seed \(seed), \(detector)")
            }
            for detector in Self.all.prefix(2) {
                #expect(found(detector, seed: seed, at: 600).isEmpty, "seed \(seed), \(detector)")
            }
        }
    }

    @Test func `passes over what is no number`() {
        for detector in Self.all {
            var detector = detector
            for _ in 0..<200 { #expect(!detector.add(.nan) && !detector.add(.infinity)) }
            let places = found(detector, seed: 1, at: 300)
            #expect(places.contains { (300..<360).contains($0) })
        }
    }

    @Test func `of Page and Hinkley sees the way asked for only`() {
        var up = PageHinkley(threshold: 5, mode: .up)
        var down = PageHinkley(threshold: 5, mode: .down)
        let fall = (0..<400).map { $0 < 200 ? 1.0 : 0 }
        #expect(fall.filter { up.add($0) }.isEmpty)
        #expect(!fall.filter { down.add($0) }.isEmpty)
    }
}
