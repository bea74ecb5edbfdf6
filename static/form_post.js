// response_mode=form_post: send the answer on without a click. The Continue button does the same.
document.getElementById('form-post')?.submit();
