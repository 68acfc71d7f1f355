//! The mirror of the contract has the layout that the golden files state.

fn compare(golden: &str, mut found: Vec<String>) {
    let mut expected: Vec<String> = golden.lines().map(String::from).collect();
    expected.sort();
    found.sort();
    let differ: Vec<_> = found.iter().zip(&expected).filter(|(a, b)| a != b).take(3).collect();
    assert!(found == expected, "{} and {} lines, first: {:?}", found.len(), expected.len(), differ);
}

#[test]
fn every_struct_field_and_constant_is_as_in_the_golden() {
    let golden = include_str!("../../../../Tests/ABITests/Goldens/layout-0.txt");
    compare(golden, rialto::abi::layout());
}

#[test]
fn so_is_the_draft_of_exchanges() {
    let golden = include_str!("../../../../Tests/ABITests/Goldens/layout-draft-exchange.txt");
    compare(golden, rialto::abi::draft_exchange_layout());
}
