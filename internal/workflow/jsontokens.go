package workflow

// JSONToken is a piece of a JSON text: the bytes from Start to End. Kind is
// one of the six punctuation marks, '"' for a string with its quotes, '0' for
// a number or a word, and 0 after the last token.
type JSONToken struct {
	Kind       byte
	Start, End int
}

// JSONTokens cuts a JSON text (RFC 8259) into tokens and checks it on the way,
// in one pass and without recursion. Nesting deeper than 10,000 levels is
// refused, as encoding/json does.
type JSONTokens struct{ s jsonScanner }

// NewJSONTokens begins at the first byte of text.
func NewJSONTokens(text string) *JSONTokens { return &JSONTokens{jsonScanner{text: text}} }

// Next returns the next token, or a *SyntaxError where the text stops being
// JSON. After an error there are no more tokens.
func (t *JSONTokens) Next() (JSONToken, error) {
	tok, problem := t.s.next()
	if problem != nil {
		return JSONToken{}, syntaxError(t.s.text, problem)
	}
	return JSONToken{tok.kind, tok.start, tok.end}, nil
}
