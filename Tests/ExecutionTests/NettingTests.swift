import RialtoExecution
import RialtoLedger
import RialtoTestSupport
import RialtoValues
import Testing

private func claims(_ random: inout SeededGenerator) -> [Claim] {
    (1...Int.random(in: 1...6, using: &random)).compactMap { book in
        let quantity = Int64.random(in: -50...50, using: &random)
        return quantity == 0 ? nil : Claim(book: book, quantity: quantity)
    }
}

@Suite struct `A netting plan` {
    @Test func `gives each book what it claimed, inside or on the market, and no more`() {
        for seed in Seeds.share(5000) {
            var random = SeededGenerator(seed: seed)
            let claims = claims(&random)
            let plan = Netting.plan(claims, crosses: true)
            let bought = plan.buys.reduce(Int64(0)) { $0 + $1.quantity }
            let sold = plan.sells.reduce(Int64(0)) { $0 + $1.quantity }
            #expect(bought == sold, "seed \(seed): both sides of the crossing agree")
            for claim in claims {
                let got = part(plan.buys, claim.book) - part(plan.sells, claim.book)
                let rest = plan.residual.first { $0.book == claim.book }?.quantity ?? 0
                #expect(got + rest == claim.quantity, "seed \(seed)")
                #expect(
                    got.signum() * claim.quantity.signum() >= 0, "seed \(seed): never the wrong way"
                )
            }
            #expect(
                Set(plan.residual.map { $0.quantity > 0 }).count <= 1,
                "seed \(seed): one side is left")
            let net = claims.reduce(Int64(0)) { $0 + $1.quantity }
            #expect(plan.residual.reduce(Int64(0)) { $0 + $1.quantity } == net, "seed \(seed)")
        }
    }

    private func part(_ shares: [FillShare], _ book: Int) -> Int64 {
        shares.first { $0.book == book }?.quantity ?? 0
    }

    @Test func `without a price crosses nothing`() {
        let both = [Claim(book: 1, quantity: 4), Claim(book: 2, quantity: -3)]
        let none = Netting.plan(both, crosses: false)
        #expect(none.residual == both && none.buys.isEmpty && none.sells.isEmpty)
        let plan = Netting.plan(both, crosses: true)
        #expect(plan.buys == [FillShare(book: 1, quantity: 3)])
        #expect(plan.residual == [Claim(book: 1, quantity: 1)])
    }

    @Test func `splits a fill within one unit of each exact share`() {
        for seed in Seeds.share(3000) {
            var random = SeededGenerator(seed: seed)
            let claims = (1...5).map {
                Claim(book: $0, quantity: .random(in: 1...90, using: &random))
            }
            let whole = claims.reduce(Int64(0)) { $0 + $1.quantity }
            let quantity = Int64.random(in: 1...whole, using: &random)
            let shares = Netting.shares(of: quantity, among: claims)
            #expect(shares.reduce(Int64(0)) { $0 + $1.quantity } == quantity, "seed \(seed)")
            for claim in claims {
                let exact = Double(quantity) * Double(claim.quantity) / Double(whole)
                #expect(abs(Double(part(shares, claim.book)) - exact) < 1, "seed \(seed)")
                #expect(part(shares, claim.book) <= claim.quantity, "seed \(seed)")
            }
        }
    }
}
