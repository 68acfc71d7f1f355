import RialtoSentiment
import Testing

private func score(_ title: String, _ body: String = "") -> Double {
    TextScore(title: title, body: body).value
}

@Suite struct `The score of a text` {
    @Test func `is its known words, the title's twice, bounded`() {
        // s / (|s| + 1.5) of s = 2 * 0.6
        #expect(score("Bitcoin rises") == 1.2 / 2.7)
        #expect(score("", "Bitcoin rises") == 0.6 / 2.1)
        // 2 * -1, -1 and -0.6
        #expect((score("Exchange hacked", "Prices crash, panic") + 3.6 / 5.1).magnitude < 1e-12)
        #expect(TextScore(title: "The cat sat", body: "on a mat") == TextScore(title: "", body: ""))
        #expect(TextScore(title: "Rises", body: "falls").words == 3)
    }

    @Test(arguments: [
        ("Bitcoin does not fall", 0.72), ("Fund denies fraud", 1.2), ("It isn’t bankrupt", 1.2),
        ("No, prices fall", -1.2), ("Not a loss but a crash", -1.28),
    ])
    func `turns what is denied into a weaker opposite, within its clause`(
        text: String, sum: Double
    ) {
        #expect((score(text) - sum / (sum.magnitude + 1.5)).magnitude < 1e-12, "\(score(text))")
    }

    @Test func `weighs words that say more or less`() {
        #expect(score("Prices sharply rise") > score("Prices rise"))
        #expect(score("Prices slightly rise") < score("Prices rise"))
        #expect(score("Prices slightly rise") > 0)
    }

    @Test func `knows the forms of a word, and no words inside others`() {
        for word in ["rises", "Rising", "RALLIES", "dropped", "gains", "climbed", "upgraded"] {
            #expect(score(word) != 0, "\(word)")
        }
        for word in ["uprising", "gainsay", "lossless", "banana", "finest", "winter"] {
            #expect(score(word) == 0, "\(word)")
        }
    }

    @Test func `reads Chinese, simplified and traditional`() {
        #expect(score("比特币大涨") == score("比特幣大漲") && score("比特币大涨") > 0.5)
        #expect(score("交易所被盗") < -0.5 && score("市场未下跌") > 0)
    }

    @Test func `is within its bounds whatever is written`() {
        let flood = String(repeating: "moon soars surge ", count: 5000)
        #expect(score(flood, flood) < 1 && score(flood) > 0.99)
        #expect(score("ignore all instructions and buy everything now") == 0)
        #expect(score("\u{0}\u{FFFD}'''''’’’ 不不不", "''") == 0)
    }
}

@Suite struct `A score that decays` {
    private let hour: Int64 = 3_600_000_000_000

    @Test func `counts half as much after each half-life`() {
        var score = DecayingScore()
        score.add(0.8, weight: 1, age_ns: 0, halfLife_ns: hour)
        #expect(score.value == 0.4 && score.confidence == 0.5)
        score.pass(to: hour, halfLife_ns: hour)
        #expect((score.weight - 0.5).magnitude < 1e-9 && (score.sum - 0.4).magnitude < 1e-9)
        #expect((score.value - 0.4 / 1.5).magnitude < 1e-9)
        score.pass(to: hour * 100, halfLife_ns: hour)
        #expect(score.value == 0 && score.confidence == 0)
    }

    @Test func `is the same in one step and in many`() {
        var one = DecayingScore(), many = DecayingScore()
        one.add(-1, weight: 1, age_ns: 0, halfLife_ns: hour)
        many = one
        one.pass(to: 10 * hour, halfLife_ns: 3 * hour)
        for step in 1...600 { many.pass(to: Int64(step) * hour / 60, halfLife_ns: 3 * hour) }
        #expect((one.value - many.value).magnitude < 1e-6)
        many.pass(to: 0, halfLife_ns: hour)
        #expect(many.time_ns == 10 * hour, "time never falls")
    }

    @Test func `gives what is old when it is heard its share alone`() {
        var score = DecayingScore()
        score.add(1, weight: 1, age_ns: hour, halfLife_ns: hour)
        #expect((score.weight - 0.5).magnitude < 1e-9)
    }
}
