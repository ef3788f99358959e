/** English: onboarding. */
export const onboarding = {};
