package io.semimeta.data;

/** What a record is for in a run. */
public enum Role {
  /** Its label is trained on. */
  LABELLED,
  /** Set aside for model selection. */
  VALID,
  /** Its label, if there is one, is not trained on. */
  UNLABELLED,
  /** Of the validation or test split, whose errors are measured. */
  TEST
}
