/// `1 charger`, `2 chargers`: a number of things whose plural ends in s.
pub fn counted(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        number => format!("{number} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_told_like_many() {
        let told = [0, 1, 2].map(|number| counted(number, "charger"));
        assert_eq!(told, ["0 chargers", "1 charger", "2 chargers"]);
    }
}
