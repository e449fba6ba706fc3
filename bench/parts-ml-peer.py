"""scikit-learn on Banking77, one thread: prints CPU seconds and test accuracy as JSON. python3 parts-ml-peer.py train.csv test.csv lbfgs|linearsvc"""
import json
import sys
import time

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

train, test = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])
began = time.process_time()
vectorizer = TfidfVectorizer(lowercase=True, ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w\w+\b", min_df=1)
x = vectorizer.fit_transform(train.text)
vectorised = time.process_time()
model = LogisticRegression(solver="lbfgs", C=10, max_iter=300) if sys.argv[3] == "lbfgs" else LinearSVC(C=1)
model.fit(x, train.category)
trained = time.process_time()
accuracy = float((model.predict(vectorizer.transform(test.text)) == test.category).mean())
print(json.dumps({"vectorise": vectorised - began, "train": trained - vectorised, "accuracy": accuracy, "terms": x.shape[1]}))
