#![cfg_attr(fuzzing, no_main)]

recordmill_fuzz::target!(schema);
