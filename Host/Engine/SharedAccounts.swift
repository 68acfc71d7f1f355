/// Which accounts of a run can reach each other.
extension EngineSetup {
    /// The accounts as groups that have nothing in common but what they read: each group can have
    /// an engine of its own, and nothing that an account does or gets is different by that.
    ///
    /// Accounts share no money. What they can share is the venue: what one of them takes of a book,
    /// of a print or of a bar's volume is gone for the others, so whoever may trade such an
    /// instrument belongs together. So does everyone where the venue refuses orders at random, one
    /// after the other, and where they leave through one exchange plugin.
    ///
    /// - Returns: Indices of accounts, every one once: within a group in the order of the run, and
    ///   groups in the order of their first account.
    package var independentAccounts: [[Int]] {
        guard exchange == nil, venue.refusals_e9 == 0 else { return [Array(accounts.indices)] }
        /// The first account of the group that each one is in.
        var first = Array(accounts.indices)
        var trader: [Int?] = Array(repeating: nil, count: instruments.count)
        for account in accounts.indices {
            for instrument in scarceInstruments(of: account) {
                guard let other = trader[instrument] else {
                    trader[instrument] = account
                    continue
                }
                let joint = min(first[other], first[account])
                let gone = max(first[other], first[account])
                for index in first.indices where first[index] == gone { first[index] = joint }
            }
        }
        return accounts.indices.filter { first[$0] == $0 }.map { head in
            accounts.indices.filter { first[$0] == head }
        }
    }

    /// What an account may trade of which there is only so much.
    private func scarceInstruments(of account: Int) -> Set<Int> {
        let all = Set(accounts[account].instances.flatMap(\.instruments))
        return all.filter { levels[$0].isStanding || venue.volumeShare_e9 > 0 }
    }
}
