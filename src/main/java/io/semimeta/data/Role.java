package io.semimeta.data;

/** Says what a record is for in a run. */
public enum Role {
  /** Its label is trained on. */
  LABELLED,
  /** It is a validation image drawn from the training split, which serves model selection alone. */
  VALIDATION,
  /** Its label, if there is one, is not trained on. */
  UNLABELLED,
  /** It belongs to the validation or test split, whose errors are measured. */
  TEST
}
